using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab sample [ID]</c>: what a sample was made of, what was done to it, where it has been and where it is. It reads beside a program that is writing.</summary>
internal static class SampleHistoryCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string?>("sample") { Description = "Campaign and number of the trial, such as colour-match-1/7; a campaign alone, or nothing, lists samples", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("sample", "What a sample was made of, where it has been and where it is") { id };
        command.SetAction(parsed =>
        {
            using var record = LabRecord.Open(parsed);
            var (campaign, number) = Read(parsed.GetValue(id));
            var state = CampaignRecord.Find(record.Ledger, campaign);
            var (entries, lab) = (record.Ledger.Read(), Settings.Of(parsed).Stations);
            var (lots, actions) = (Lots.Of(entries), SampleActions.Of(entries));
            var trials = number is { } one ? [state.Trials.ElementAtOrDefault(one - 1) ?? throw new LabException(LabFault.NotFound, $"{state.Id} has no trial {one}; it has {state.Trials.Count}")] : state.Trials;
            SampleHistory[] histories = [.. trials.Select(trial => SampleHistory.Of(state, trial, lots, actions, lab))];
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(number is null ? JsonSerializer.Serialize(histories.Select(Form), JsonForms.Indented) : JsonSerializer.Serialize(Form(histories[0]), JsonForms.Indented));
            else if (number is null) foreach (var history in histories) terminal.Out.WriteLine($"{history.Id}  {history.Now}  {string.Join(", ", history.Parents.Select(Words))}".TrimEnd());
            else Show(histories[0], state, trials[0], terminal.Out);
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>For other programs.</summary>
    public static object Form(SampleHistory history) => new
    {
        sample = history.Id,
        now = history.Now,
        madeOf = history.Parents.Select(Form),
        done = history.Steps.Select(step => new
        {
            step = step.Step,
            instrument = step.Instrument,
            command = step.Command,
            arguments = step.Arguments.ToDictionary(argument => argument.Key, argument => new { value = argument.Value.Value, unit = argument.Value.Unit.Symbol }),
            from = step.From,
            until = step.Until,
            status = step.Status?.ToString(),
            attempt = step.Attempt,
            sharedWith = step.SharedWith,
            drawn = step.Drawn.Select(Form),
        }),
        places = history.Places.Select(place => new { where = place.Where, position = place.Position, from = place.From, until = place.Until, carriedBy = place.By }),
    };

    /// <summary>Such as <c>0.4 mL of cyan#2</c>.</summary>
    public static string Words(LotPortion portion) => $"{Wording.Short(portion.Amount)} of {portion.Lot.Id}";

    private static object Form(LotPortion portion) => new { lot = portion.Lot.Id, consumable = portion.Lot.Consumable, amount = portion.Amount.Value, unit = portion.Amount.Unit.Symbol, lotSince = portion.Lot.At, origin = portion.Lot.Origin };

    private static (string? Campaign, int? Trial) Read(string? id)
    {
        if (id is null) return (null, null);
        if (id.LastIndexOf('/') is not (> 0 and var slash)) return (id, null);
        return int.TryParse(id.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (id[..slash], number)
            : throw new UsageException($"'{id}' is no sample: it is CAMPAIGN/TRIAL, such as colour-match-1/7");
    }

    private static void Show(SampleHistory history, CampaignState state, TrialState trial, TextWriter to)
    {
        to.WriteLine($"{history.Id}: {Wording.Recipe(trial)}  {Wording.Outcome(state.Plan, trial)}");
        to.WriteLine($"now: {history.Now}");
        to.WriteLine();
        to.WriteLine("made of");
        foreach (var portion in history.Parents) to.WriteLine($"  {Words(portion),-24} {portion.Lot.Origin}, {portion.Lot.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}");
        if (history.Parents.IsEmpty) to.WriteLine("  nothing that is counted as a consumable");
        to.WriteLine();
        to.WriteLine("where it has been");
        foreach (var place in history.Places) to.WriteLine($"  {Clock(place.From)} – {(place.Until is { } until ? Clock(until) : "        ")}  {place.Where}{(place.By is { } carrier ? $", carried by {carrier}" : "")}");
        to.WriteLine();
        to.WriteLine("what was done to it");
        foreach (var step in history.Steps)
            to.WriteLine($"  {Clock(step.From)}  {step.Step}: {step.Instrument} {step.Command} {string.Join(", ", step.Arguments.Select(argument => $"{argument.Key} {Wording.Short(argument.Value)}"))}{string.Concat(Notes(step).Select(note => $"  ({note})"))}");
    }

    private static IEnumerable<string> Notes(SampleStep step)
    {
        if (step.Attempt > 1) yield return string.Create(CultureInfo.InvariantCulture, $"attempt {step.Attempt}");
        if (step.Status is not (null or ActionStatus.Succeeded)) yield return $"{step.Status}";
        if (!step.SharedWith.IsEmpty) yield return $"together with {string.Join(", ", step.SharedWith)}";
    }

    private static string Clock(DateTimeOffset at) => at.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
