using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reasoning;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab replay [CONVERSATION]</c>: goes through a conversation by its record, without its models and tools, and says whether what was sent to models follows from what is on record.</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("conversation") { Description = "As the record names it, such as ask-3; all are listed unless given", HelpName = "CONVERSATION", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("replay", "Goes through a conversation with agents by its record: what was said, called, judged and answered; no model is asked") { name };
        command.SetAction(parsed =>
        {
            var (directory, json) = (Settings.Of(parsed).DataDirectory, parsed.GetValue(CommonOptions.Json));
            var conversations = Laboratory.ConversationsIn(directory).SelectMany(Read).ToArray();
            if (parsed.GetValue(name) is not { } wanted) return (int)List(conversations, json, terminal.Out);
            var found = conversations.FirstOrDefault(one => one[0].Campaign == wanted)
                ?? throw new LabException(LabFault.NotFound, $"no conversation '{wanted}' is on record in '{directory}'; {(conversations.Length == 0 ? "there are none" : "'lab replay' lists them")}");
            return (int)Show(found, json, terminal);
        });
        return command;
    }

    private static IEnumerable<IReadOnlyList<LedgerEntry>> Read(string path)
    {
        if (!Ledger.Exists(path)) return [];
        using var ledger = Ledger.OpenForReading(path);
        return [.. ledger.Read().GroupBy(entry => entry.Campaign).Select(group => group.ToArray())];
    }

    private static ExitCode List(IEnumerable<IReadOnlyList<LedgerEntry>> conversations, bool json, TextWriter to)
    {
        var told = conversations.OrderBy(entries => entries[0].At).Select(entries => new
        {
            conversation = entries[0].Campaign,
            began = entries[0].At,
            person = (entries[0].Event as ConversationBegun)?.Person,
            requests = entries.Count(entry => entry.Event is ModelAsked),
            calls = entries.Sum(entry => entry.Event switch { ToolCalled => 1, CallsDenied denied => denied.Count, _ => 0 }),
            cost = entries.Sum(entry => entry.Event switch { ModelAnswered answered => answered.Cost, ModelFailed failed => failed.Cost, _ => 0 }),
        }).ToArray();
        if (json) to.WriteLine(JsonSerializer.Serialize(told, JsonForms.Indented));
        else if (told.Length == 0) to.WriteLine("no conversation is on record");
        else foreach (var one in told) to.WriteLine(TalkDisplay.OneLine(string.Create(CultureInfo.InvariantCulture, $"{one.conversation}  {one.began:yyyy-MM-dd HH:mm} UTC  for {one.person}  {one.requests} requests to models, {one.calls} calls of tools, cost {one.cost:0.####}")));
        return ExitCode.Success;
    }

    private static ExitCode Show(IReadOnlyList<LedgerEntry> entries, bool json, Terminal terminal)
    {
        var requests = ConversationReplay.Of(entries);
        var otherwise = requests.FirstOrDefault(request => !request.IsSame);
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(
                new { conversation = entries[0].Campaign, requests = requests.Count, same = otherwise is null, entries = entries.Select(entry => new { entry = entry.Seq, at = entry.At, what = LabEvents.ManifestOf(entry.Event), said = JsonNode.Parse(LabEvents.Write(entry.Event)) }) },
                JsonForms.Indented));
        }
        else
        {
            foreach (var line in entries.Select(Line)) terminal.Out.WriteLine(TalkDisplay.Plain(line));
        }

        if (otherwise is null)
        {
            if (!json) terminal.Out.WriteLine(requests.Count == 0 ? "no model was asked" : $"replayed: {requests.Count} requests to models follow from what is on record, to the letter");
            return ExitCode.Success;
        }

        terminal.Error.WriteLine(TalkDisplay.OneLine($"lab: what was sent to the model of the {otherwise.Agent} in its round {otherwise.Round} (entry {otherwise.Entry}) does not follow from what is on record before it"));
        return ExitCode.LedgerBroken;
    }

    /// <summary>An entry for people; what a model, a tool or a person says stands indented under it.</summary>
    private static string Line(LedgerEntry entry) => string.Create(CultureInfo.InvariantCulture, $"#{entry.Seq} {entry.At:HH:mm:ss}  ") + entry.Event switch
    {
        ConversationBegun begun => $"{entry.Campaign} begins for {TalkDisplay.OneLine(begun.Person)}",
        MessagePassed passed => $"{passed.From} to {passed.To}{Of(passed.Label)}:{Under(passed.Text)}",
        ModelAsked asked => string.Create(CultureInfo.InvariantCulture, $"{asked.Agent} asks {TalkDisplay.OneLine(asked.Model)}, round {asked.Round}"),
        ModelAnswered answered => string.Create(CultureInfo.InvariantCulture, $"{TalkDisplay.OneLine(answered.Version)} answers in {answered.Milliseconds / 1000:0.0} s, {answered.InputTokens} tokens in and {answered.OutputTokens} out{(answered.Estimated ? " (estimated)" : "")}, cost {answered.Cost:0.####}{(answered.Unmade > 0 ? $"; {answered.Unmade} calls beyond those of one answer were not made" : "")}:{Under(answered.Text)}"),
        ModelFailed failed => $"the model of the {failed.Agent} failed: {TalkDisplay.OneLine(failed.Reason)}",
        ToolCalled called => $"{called.Agent} calls {TalkDisplay.OneLine(called.Tool)}{Of(called.Label)}: {Word(called)}: {TalkDisplay.OneLine(called.Reason)}{string.Concat(called.Arguments.Select(one => Under($"{one.Key}: {one.Value}")))}",
        ToolAnswered answered => string.Create(CultureInfo.InvariantCulture, $"answer to {answered.Call}{Of(answered.Label)}, {answered.Milliseconds:0.0} ms{(answered.Failed ? ", failed" : "")}{(answered.Untold ? ", told nobody any more" : "")}:{Under(answered.Text)}"),
        CallsDenied denied => $"{denied.Count} more calls of the {denied.Agent} denied, the last: {TalkDisplay.OneLine(denied.Reason)}",
        DraftWritten draft => $"draft {draft.Draft} of the {draft.Agent}{Of(draft.Label)}, SHA-256 {draft.Sha256}",
        DraftJudged judged => $"the {judged.Agent} {(judged.Accepts ? "accepts" : "objects to")} draft {judged.Draft}",
        ClientConnected client => $"client {client.Client} connected by {client.Transport}: {TalkDisplay.OneLine($"{client.Name} {client.Version}")}",
        PolicyChanged changed => $"the policy has changed{(changed.Problem is { } problem ? $" and cannot be read: {TalkDisplay.OneLine(problem)}" : "")}{string.Concat((changed.Changes.IsDefault ? [] : changed.Changes).Select(Under))}",
        ConversationEnded ended => $"ended: {TalkDisplay.OneLine(ended.Reason)}",
        var other => LabEvents.ManifestOf(other),
    };

    private static string Word(ToolCalled called) => called.Verdict switch
    {
        VerdictWord.Allowed => called.Approval is { } approval ? $"allowed by request {approval}" : "allowed",
        VerdictWord.NeedsApproval => $"waits for request {called.Approval}",
        _ => "denied",
    };

    private static string Of(Label label) => label is Label.Untrusted ? " (rests on text from outside)" : "";

    private static string Under(string text) => string.Concat(text.Split('\n').Where(line => line.Length > 0).Select(line => $"\n    {line.TrimEnd('\r')}"));
}
