using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using LabAutomation.Conformance;
using LabAutomation.Hosting;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab conform FAMILY</c>: a driver of this program against its simulated device, or a running driver over the wire, against all assertions of the contract.</summary>
internal static class ConformCommand
{
    public static Command Create(Terminal terminal, IReadOnlyList<InstrumentFamily> added)
    {
        var names = Names(added);
        var family = new Argument<string?>("family") { Description = $"A driver family that this program knows: {names}", HelpName = "FAMILY", Arity = ArgumentArity.ZeroOrOne };
        var broker = new Option<string?>("--broker") { Description = "Check a running driver over this MQTT broker: its address, or a JSON file that says how to reach it", HelpName = "HOST:PORT|FILE" };
        var site = new Option<string?>("--site") { Description = "The site of the running driver", HelpName = "SITE" };
        var instrument = new Option<string?>("--instrument") { Description = "The name of the running driver's instrument", HelpName = "NAME" };
        var start = new Option<string?>("--start-command") { Description = "Starts the driver's program, so that the kit can stop it, kill it and start it again", HelpName = "COMMAND" };
        var brief = new Option<string?>("--brief") { Description = "A command that ends within seconds and leaves an effect each time, such as 'dose volume=0.1 mL, rate=2 mL/min'; found in the birth unless given", HelpName = "SAMPLE" };
        var lasting = new Option<string?>("--long") { Description = "A command that runs for minutes unless it is cancelled", HelpName = "SAMPLE" };
        var before = new Option<string?>("--before") { Description = "A command without effect that makes the one of --brief have its effect again, where the device counts changes alone", HelpName = "SAMPLE" };
        var effects = new Option<string?>("--effects") { Description = "File to which the device itself adds a line for each effect", HelpName = "FILE" };
        var stranger = new Option<bool>("--stranger") { Description = "The broker has an account kit-stranger, of another instrument's driver: try what it may" };
        var interlock = new Option<bool>("--interlock") { Description = "The broker has an account kit-interlock, of an interlock, and no driver but this one: trip it, and let a heartbeat end" };
        var only = new Option<int[]>("--id") { Description = "Only this assertion; may be given more than once", HelpName = "ID" };
        var command = new Command("conform", "Checks a driver against the wire contract") { family, broker, site, instrument, start, brief, lasting, before, effects, stranger, interlock, only };
        command.SetAction(async (parsed, cancellation) =>
        {
            var ids = Ids(parsed.GetValue(only));
            if (parsed.GetValue(family) is { } name && new Option[] { site, instrument, start, brief, lasting, before, effects, stranger, interlock }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } unread)
                throw new UsageException($"{unread.Name} is about a running driver (--broker); '{name}' is a family, which is checked with the samples of its own");
            await using var program = parsed.GetValue(start) is { } text ? new DriverProgram(text) : null;
            var kit = (parsed.GetValue(family), parsed.GetValue(broker)) switch
            {
                ({ } known, null) => await KnownAsync(known, added),
                (null, { } link) => await new RunningDriver(link, parsed.GetValue(site), parsed.GetValue(instrument), parsed.GetValue(effects), parsed.GetValue(stranger), parsed.GetValue(interlock))
                    .KitAsync(program, new ConformanceSample { Brief = Sample(parsed, brief), Long = Sample(parsed, lasting), Before = Sample(parsed, before) }, cancellation),
                _ => throw new UsageException("name a driver family, or give --broker, --site and --instrument of a running driver"),
            };
            var json = parsed.GetValue(CommonOptions.Json);
            var verdicts = await kit.CheckAsync(ids, verdict => Tell(verdict, json, terminal), cancellation);
            if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(verdicts.Select(Form), JsonForms.Indented));
            else terminal.Out.WriteLine($"{Count(verdicts, ConformanceOutcome.Passed)} passed, {Count(verdicts, ConformanceOutcome.Failed)} failed, {Count(verdicts, ConformanceOutcome.DoesNotApply)} do not apply");
            return (int)(verdicts.Any(verdict => verdict.Failed) ? ExitCode.NotConforming : ExitCode.Success);
        });
        return command;
    }

    private static readonly Assembly[] Ours = [typeof(ConformCommand).Assembly, typeof(IDriver).Assembly, typeof(FrameException).Assembly, typeof(World).Assembly];

    private static int[] Ids(int[]? asked)
    {
        var known = ConformanceKit.Ids.Select(assertion => assertion.Id).ToArray();
        if (asked?.Except(known).ToArray() is [var first, ..]) throw new UsageException($"--id {first}: there is no such assertion; there are {known[0]} to {known[^1]}");
        return asked ?? [];
    }

    /// <exception cref="LabException">A driver or device of the program's author cannot be made at all.</exception>
    private static async Task<ConformanceKit> KnownAsync(string family, IReadOnlyList<InstrumentFamily> added)
    {
        if (added.FirstOrDefault(one => one.Name == family) is { } known)
        {
            try
            {
                await known.TryAsync();
            }
            catch (Exception thrown)
            {
                var error = thrown;
                while (error is TypeInitializationException or TargetInvocationException && error.InnerException is { } inner) error = inner;
                throw new LabException(LabFault.Instrument, $"'{family}' cannot be made{At(error)}: {error.Message}", error);
            }

            return known.Kit();
        }

        if (!ConformingFamilies.Names.Contains(family)) throw new UsageException($"driver family '{family}' is not known; known are {Names(added)}");
        return new ConformanceKit(() => InProcessHarness.OpenAsync(ConformingFamilies.Setup(family)), ConformingFamilies.SampleOf(family));
    }

    /// <summary>The line of the author's that was under way; empty where its program does not say.</summary>
    private static string At(Exception error) =>
        new StackTrace(error, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame => frame.GetFileName() is not null && frame.GetMethod()?.DeclaringType?.Assembly is { } assembly && !Ours.Contains(assembly)) is { } frame
            ? $" at {frame.GetFileName()}:{frame.GetFileLineNumber().ToString(CultureInfo.InvariantCulture)}"
            : "";

    /// <summary>Of every family that this program knows, in alphabetical order.</summary>
    internal static string Names(IReadOnlyList<InstrumentFamily> added) => string.Join(", ", ConformingFamilies.Names.Union(added.Select(family => family.Name)).Order(StringComparer.Ordinal));

    private static SampleCommand? Sample(ParseResult parsed, Option<string?> option)
    {
        try
        {
            return parsed.GetValue(option) is { } text ? SampleCommand.Parse(text) : null;
        }
        catch (FrameException error)
        {
            throw new UsageException($"{option.Name}: {error.Message}");
        }
    }

    private static void Tell(ConformanceVerdict verdict, bool json, Terminal terminal)
    {
        if (!json) terminal.Out.WriteLine(verdict.ToString());
    }

    private static int Count(IEnumerable<ConformanceVerdict> verdicts, ConformanceOutcome outcome) => verdicts.Count(verdict => verdict.Outcome == outcome);

    private static object Form(ConformanceVerdict verdict) => new
    {
        id = verdict.Id,
        assertion = verdict.Assertion,
        outcome = verdict.Outcome switch { ConformanceOutcome.Passed => "passed", ConformanceOutcome.Failed => "failed", _ => "does_not_apply" },
        detail = verdict.Detail,
    };
}
