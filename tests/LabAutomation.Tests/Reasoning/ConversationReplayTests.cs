using System.Collections.Immutable;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;

namespace LabAutomation.Tests.Reasoning;

/// <summary>A conversation is gone through by its record alone, whatever happened in it.</summary>
public sealed class ConversationReplayTests
{
    [Fact]
    public async Task Denials_made_up_names_a_turn_that_was_cut_off_in_mid_call_and_what_was_said_after_it_follow_from_the_record()
    {
        using var bed = new GateBed();
        var slow = new Slow(() => bed.Clock.Advance(TimeSpan.FromMinutes(1)));
        var agent = bed.Agent(ReasoningRole.Analyst, new ScriptedModel(
            Wants(("slow tool", []), ("run_campaign", [("draft", "1")]), ("", [])), ScriptedModel.Says("I may not."),
            Wants(("list_documents", []), ("slow", []), ("list_documents", [])),
            ScriptedModel.Says("Late."))) with { Gate = bed.GateOf([.. LabTools.Of(bed.Record, bed.View, () => bed.Policy), slow]) };
        bed.Policy = bed.Policy with { Roles = bed.Policy.Roles.SetItem("analyst", bed.Policy.Roles["analyst"] with { Tools = [.. ReasoningRole.Analyst.Tools, "slow"] }) };
        var turn = new ModelTurn(agent, _ => { });

        await AskAsync("First?");
        await FluentActions.Awaiting(() => AskAsync("Second?")).Should().ThrowAsync<ReasoningException>().WithMessage("*no answer within*");
        await AskAsync("Third?");

        var requests = ConversationReplay.Of(bed.Entries);
        requests.Select(request => (request.Round, request.IsSame)).Should().Equal((1, true), (2, true), (3, true), (4, true));
        bed.Recorded<ToolAnswered>().Count(answered => answered.Untold).Should().Be(1);
        var changed = bed.Entries.Select(entry => entry.Event is ToolAnswered { Call: "analyst-2" } answered ? entry with { Event = answered with { Text = "Done." } } : entry);
        ConversationReplay.Of(changed).Select(request => request.IsSame).Should().Equal(true, false, false, false);

        async Task AskAsync(string text)
        {
            using var deadline = new TurnDeadline(TimeSpan.FromMinutes(1), bed.Clock);
            await turn.AskAsync(text, Label.Trusted, deadline, default);
        }
    }

    private static ModelAnswered Wants(params (string Tool, (string Name, string Value)[] Arguments)[] calls) => ScriptedModel.Says("") with
    {
        Calls = [.. calls.Select((call, k) => new WantedCall($"x{k}", call.Tool, call.Arguments.ToImmutableSortedDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal)))],
    };

    /// <summary>Takes longer than anybody waits.</summary>
    private sealed class Slow(Action timePasses) : LabTool("slow", "Takes its time.", Reach.Read)
    {
        public override async Task<ToolResult> RunAsync(ToolArguments arguments, CallContext context, CancellationToken cancellation)
        {
            timePasses();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return new ToolResult("never");
        }
    }
}
