using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reasoning;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab approvals</c> and <c>lab approve ID --by NAME</c>: what agents ask people for, and what people say.</summary>
internal static class ApprovalsCommand
{
    public static Command List(Terminal terminal)
    {
        var all = new Option<bool>("--all") { Description = "Also those that were decided, used or have expired" };
        var show = new Option<int?>("--show") { Description = "One request in full, with the text of the plan that would run", HelpName = "ID" };
        var command = new Command("approvals", "Shows what agents ask approval for") { all, show };
        command.SetAction(parsed =>
        {
            var settings = Settings.Of(parsed);
            settings.Require();
            var (directory, policy) = (settings.DataDirectory, settings.Policy);
            if (parsed.GetValue(show) is { } request) return (int)Show(request, directory, policy, parsed.GetValue(CommonOptions.Json), terminal.Out);
            var now = TimeProvider.System.GetUtcNow();
            var states = Book(directory).Read().Where(state => parsed.GetValue(all) || state.Word(now) == "pending").ToArray();
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(states.Select(state => Form(state, now, policy)), JsonForms.Indented));
            else if (states.Length == 0) terminal.Out.WriteLine("nothing waits for approval");
            else foreach (var state in states) Print(state, now, policy, terminal.Out);
            return (int)ExitCode.Success;
        });
        return command;
    }

    public static Command Approve(Terminal terminal)
    {
        var id = new Argument<int>("id") { Description = "Request, as 'lab approvals' numbers it", HelpName = "ID" };
        var by = OperatorLink.NamedBy("Who has looked and decides");
        var refuse = new Option<string?>("--refuse") { Description = "Refuses it instead, for this reason", HelpName = "WHY" };
        var command = new Command("approve", "Approves what an agent asks for, once and as it stands; or refuses it") { id, by, refuse };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (request, name, why) = (parsed.GetValue(id), OperatorLink.Text(parsed, by), parsed.GetValue(refuse));
            if (why is not null && string.IsNullOrWhiteSpace(why)) throw new UsageException("--refuse needs the reason");
            var settings = Settings.Of(parsed);
            settings.Require();
            var (state, hindrance) = await Book(settings.DataDirectory).DecideAsync(request, name, why, settings.Policy, cancellation);
            if (state is null) throw new LabException(LabFault.NotFound, hindrance!);
            if (hindrance is not null)
            {
                terminal.Error.WriteLine(TalkDisplay.OneLine($"lab: request {request} is not decided: {hindrance}"));
                return (int)ExitCode.NotApproved;
            }

            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(Form(state, TimeProvider.System.GetUtcNow(), settings.Policy), JsonForms.Line));
            else terminal.Out.WriteLine(TalkDisplay.OneLine(why is null ? $"request {request} approved by {name}, once, until {Time(state.Asked.Terms.Expires)}: {state.Asked.What}" : $"request {request} refused by {name}: {why}"));
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Whoever approves should have read it.</summary>
    private static ExitCode Show(int request, string directory, LabPolicy policy, bool json, TextWriter to)
    {
        var now = TimeProvider.System.GetUtcNow();
        var state = Book(directory).Read().FirstOrDefault(one => one.Request == request) ?? throw new LabException(LabFault.NotFound, $"there is no request {request}; 'lab approvals --all' lists them");
        var draft = DraftOf(state.Asked.Terms, Laboratory.ConversationsIn(directory).SelectMany(DraftsIn));
        if (json)
        {
            to.WriteLine(JsonSerializer.Serialize(new { asked = Form(state, now, policy), text = draft?.Text, reasons = draft?.Reasons }, JsonForms.Indented));
            return ExitCode.Success;
        }

        Print(state, now, policy, to);
        to.WriteLine();
        to.WriteLine(TalkDisplay.Marked(draft is null ? "its plan is not on record" : $"{draft.Text.TrimEnd()}\n\nreasons of the {draft.Agent}:\n{draft.Reasons}"));
        return ExitCode.Success;
    }

    private static IReadOnlyList<DraftWritten> DraftsIn(string conversations)
    {
        using var ledger = Ledger.OpenForReading(conversations);
        return ledger.Events<DraftWritten>();
    }

    /// <summary>The draft that would run, with its own reasons: others may have proposed the same text for other ones.</summary>
    internal static DraftWritten? DraftOf(ApprovalTerms terms, IEnumerable<DraftWritten> drafts) =>
        drafts.FirstOrDefault(one => one.Sha256 == terms.Plan && terms.Arguments.GetValueOrDefault("draft") == one.Draft.ToString(CultureInfo.InvariantCulture));

    private static ApprovalBook Book(string directory) => new(Laboratory.ApprovalsIn(directory), TimeProvider.System);

    private static void Print(ApprovalState state, DateTimeOffset now, LabPolicy policy, TextWriter to)
    {
        var asked = state.Asked;
        to.WriteLine(TalkDisplay.OneLine($"{state.Request}  {state.Word(now)}  {asked.What}"));
        to.WriteLine(TalkDisplay.OneLine($"   asked by the {asked.Terms.Role} for {asked.Terms.RequestedBy} in {asked.Conversation}: {asked.Why}"));
        to.WriteLine(TalkDisplay.OneLine($"   {string.Join(", ", asked.Terms.Arguments.Select(pair => $"{pair.Key} {pair.Value}"))}; plan {asked.Terms.Plan[..Math.Min(16, asked.Terms.Plan.Length)]}…; {(asked.Terms.Label is Label.Untrusted ? "rests on text from outside; " : "")}until {Time(asked.Terms.Expires)}"));
        if (Outdated(state, now, policy) is { } outdated) to.WriteLine(TalkDisplay.OneLine($"   nothing comes of it any more: {outdated}"));
        if (state.Given is { } given) to.WriteLine(TalkDisplay.OneLine($"   approved by {given.By}"));
        if (state.Refused is { } refused) to.WriteLine(TalkDisplay.OneLine($"   refused by {refused.By}: {refused.Reason}"));
    }

    /// <summary>Why a request that is neither decided otherwise nor used leads to nothing; null where it may.</summary>
    private static string? Outdated(ApprovalState state, DateTimeOffset now, LabPolicy policy) => state.Word(now) is "pending" or "given" ? state.Asked.Terms.Outdated(policy) : null;

    private static object Form(ApprovalState state, DateTimeOffset now, LabPolicy policy) => new
    {
        request = state.Request,
        state = state.Word(now),
        what = state.Asked.What,
        why = state.Asked.Why,
        role = state.Asked.Terms.Role,
        requestedBy = state.Asked.Terms.RequestedBy,
        conversation = state.Asked.Conversation,
        tool = state.Asked.Terms.Tool,
        arguments = state.Asked.Terms.Arguments,
        plan = state.Asked.Terms.Plan,
        limits = state.Asked.Terms.Limits,
        outdated = Outdated(state, now, policy),
        label = state.Asked.Terms.Label.ToString().ToLowerInvariant(),
        expires = state.Asked.Terms.Expires,
        hash = state.Asked.Hash,
        approvedBy = state.Given?.By,
        refusedBy = state.Refused?.By,
    };

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
