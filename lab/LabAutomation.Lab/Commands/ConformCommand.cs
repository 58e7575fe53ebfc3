using System.CommandLine;
using System.Text.Json;
using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.Lab.Display;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab conform FAMILY</c>: a driver of this program against its simulated device, or a running driver over the wire, against all assertions of the contract.</summary>
internal static class ConformCommand
{
    public static Command Create(Terminal terminal, IReadOnlyList<InstrumentFamily> added)
    {
        var names = Names(added);
        var family = new Argument<string?>("family") { Description = $"A driver family that this program knows: {names}", HelpName = "FAMILY", Arity = ArgumentArity.ZeroOrOne };
        var broker = new Option<string?>("--broker") { Description = "Check a running driver over this MQTT broker", HelpName = "HOST:PORT" };
        var site = new Option<string?>("--site") { Description = "The site of the running driver", HelpName = "SITE" };
        var instrument = new Option<string?>("--instrument") { Description = "The name of the running driver's instrument", HelpName = "NAME" };
        var user = new Option<string?>("--user") { Description = "The broker's account for the kit; the password is read from the environment variable LAB_CONFORM_PASSWORD", HelpName = "NAME" };
        var start = new Option<string?>("--start-command") { Description = "Starts the driver's program, so that the kit can kill it and start it again", HelpName = "COMMAND" };
        var only = new Option<int[]>("--id") { Description = "Only this assertion; may be given more than once", HelpName = "ID" };
        var command = new Command("conform", "Checks a driver against the wire contract") { family, broker, site, instrument, user, start, only };
        command.SetAction(async (parsed, cancellation) =>
        {
            var kit = (parsed.GetValue(family), parsed.GetValue(broker)) switch
            {
                ({ } name, null) => Known(name, added),
                (null, { } address) => Wire(address, parsed.GetValue(site), parsed.GetValue(instrument), parsed.GetValue(user), parsed.GetValue(start)),
                _ => throw new UsageException("name a driver family, or give --broker, --site and --instrument of a running driver"),
            };
            var json = parsed.GetValue(CommonOptions.Json);
            var verdicts = await kit.CheckAsync(parsed.GetValue(only), verdict => Tell(verdict, json, terminal), cancellation);
            if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(verdicts.Select(Form), JsonForms.Indented));
            else terminal.Out.WriteLine($"{Count(verdicts, ConformanceOutcome.Passed)} passed, {Count(verdicts, ConformanceOutcome.Failed)} failed, {Count(verdicts, ConformanceOutcome.DoesNotApply)} do not apply");
            return (int)(verdicts.Any(verdict => verdict.Failed) ? ExitCode.NotConforming : ExitCode.Success);
        });
        return command;
    }

    private static ConformanceKit Known(string family, IReadOnlyList<InstrumentFamily> added)
    {
        if (added.FirstOrDefault(one => one.Name == family) is { } known) return known.Kit();
        if (!ConformingFamilies.Names.Contains(family)) throw new UsageException($"driver family '{family}' is not known; known are {Names(added)}");
        return new ConformanceKit(() => InProcessHarness.OpenAsync(ConformingFamilies.Setup(family)), ConformingFamilies.SampleOf(family));
    }

    private static string Names(IReadOnlyList<InstrumentFamily> added) => string.Join(", ", ConformingFamilies.Names.Union(added.Select(family => family.Name)).Order(StringComparer.Ordinal));

    private static ConformanceKit Wire(string broker, string? site, string? instrument, string? user, string? start)
    {
        if (site is null || instrument is null || !Topics.IsName(site) || !Topics.IsName(instrument)) throw new UsageException("--broker needs --site and --instrument, each a name of letters, digits, '-', '_' or '.'");
        if (broker.Split(':') is not [{ Length: > 0 } host, var text] || !ushort.TryParse(text, out var port) || port == 0) throw new UsageException($"--broker '{broker}' must be HOST:PORT, such as localhost:1883");
        var password = user is null ? null : Environment.GetEnvironmentVariable("LAB_CONFORM_PASSWORD");
        var harness = new WireHarness(Topics.Of(site, instrument), id => new MqttLabBus(
            new MqttLabBusOptions { Host = host, Port = port, ClientId = id, UserName = user, Password = password }, TimeProvider.System, NullLogger<MqttLabBus>.Instance), TimeProvider.System, start);
        return new ConformanceKit(() => Task.FromResult<IConformanceHarness>(harness));
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
