using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab instruments [NAME]</c>: what is there and what it offers.</summary>
internal static class InstrumentsCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("name") { Description = "One instrument with all its commands; all in short unless given", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("instruments", "Shows the lab's instruments, their commands, units and ranges") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var lab = await LabSession.OpenAsync(parsed, cancellation);
            var views = await lab.Laboratory.InstrumentsAsync(cancellation);
            if (parsed.GetValue(name) is { } one)
            {
                views = [.. views.Where(view => view.Birth.Instrument == one)];
                if (views.Count == 0) throw new Hosting.LabException(Hosting.LabFault.NotFound, $"there is no instrument '{one}'; 'lab instruments' lists them");
            }

            var breakers = lab.Laboratory.Ledger.Events<BreakerChanged>().GroupBy(changed => changed.Instrument).Select(changes => changes.Last()).Where(last => last.Until is not null).ToDictionary(last => last.Instrument, StringComparer.Ordinal);
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(views.Select(view => Form(view, breakers.GetValueOrDefault(view.Birth.Instrument))), JsonForms.Indented));
            else foreach (var view in views) Print(view, breakers.GetValueOrDefault(view.Birth.Instrument), lab.Laboratory.Clock.GetUtcNow(), terminal.Out);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static object Form(InstrumentView view, BreakerChanged? breaker) => new
    {
        name = view.Birth.Instrument,
        family = view.Birth.Family,
        identity = view.Birth.Identity,
        simulated = view.Birth.Simulated,
        online = view.Online,
        state = view.State?.ToString(),
        aborted = view.State is UnitState.Aborting or UnitState.Aborted ? view.Trouble : null,
        breaker = breaker is null ? null : new { reason = breaker.Reason, until = breaker.Until },
        commands = view.Birth.Commands.Select(command => new
        {
            name = command.Name,
            summary = command.Summary,
            effect = command.Effect.ToString(),
            parameters = command.Parameters.Select(parameter => new { name = parameter.Name, unit = parameter.Unit.Symbol, low = parameter.Low, high = parameter.High, @default = parameter.Default }),
            outputs = command.Outputs.Select(output => new { name = output.Name, unit = output.Unit.Symbol, series = output.Series, media = output.Media }),
        }),
        limits = LimitsOf(view.Birth),
        properties = view.Properties.ToDictionary(property => property.Key, property => new { value = property.Value.Value.Value, unit = property.Value.Value.Unit.Symbol, quality = property.Value.Quality.ToString() }),
    };

    private static void Print(InstrumentView view, BreakerChanged? breaker, DateTimeOffset now, TextWriter to)
    {
        var identity = view.Birth.Identity;
        to.WriteLine($"{view.Birth.Instrument}  {identity.Manufacturer} {identity.Model}{(view.Birth.Simulated ? " (simulated)" : "")}  {(view.Online ? view.State?.ToString() ?? "online" : "offline")}{(view is { State: UnitState.Aborting or UnitState.Aborted, Trouble: { } trouble } ? $": {trouble}" : "")}");
        if (breaker is not null) to.WriteLine($"  {Wording.Breaker(breaker with { Phase = breaker.Until > now ? BreakerPhase.Open : BreakerPhase.HalfOpen })}");
        foreach (var command in view.Birth.Commands)
        {
            to.WriteLine($"  {command.Name}({string.Join(", ", command.Parameters.Select(Print))})  {command.Summary}");
            foreach (var output in command.Outputs) to.WriteLine($"    gives {output.Name}{(output.Media is { } media ? $" ({media})" : output.Series ? " (series)" : $" / {output.Unit}")}  {output.Summary}");
        }

        foreach (var limit in LimitsOf(view.Birth)) to.WriteLine($"  limit: {limit}");
        foreach (var (name, value) in view.Properties) to.WriteLine($"  {name} = {value.Value}{(value.Quality == Quality.Good ? "" : $" ({value.Quality})")}");
    }

    private static IReadOnlyList<string> LimitsOf(Birth birth) => birth.Limits.IsDefault ? [] : birth.Limits;

    private static string Print(ParameterDescription parameter) => FormattableString.Invariant(
        $"{parameter.Name} {parameter.Low:G6}..{parameter.High:G6} {parameter.Unit}{(parameter.Default is { } value ? $" = {value:G6}" : "")}");
}
