using System.CommandLine;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab forget</c>: takes an instrument that is gone for good off the broker.</summary>
internal static class ForgetCommand
{
    public static Command Create(Terminal terminal)
    {
        var (name, why, broker) = (OperatorLink.Instrument(), OperatorLink.Why(), OperatorLink.Broker());
        var by = OperatorLink.NamedBy("Who says that it is gone");
        var command = new Command("forget", "Takes an instrument that is offline for good off the broker: its birth, liveness, state and properties") { name, by, why, broker };
        command.SetAction((parsed, cancellation) =>
        {
            var (meant, who, reason) = (parsed.GetValue(name)!, OperatorLink.Text(parsed, by), OperatorLink.Text(parsed, why));
            var (site, instrument) = meant.Split('/') switch { [var one, var two] => (one, two), _ => (null, meant) };
            if (!Topics.IsName(instrument) || (site is not null && !Topics.IsName(site))) throw new UsageException($"'{meant}' is no name of an instrument");
            return OperatorLink.UseAsync(parsed.GetValue(broker)!, "nothing is forgotten, or not all", ExitCode.Broker, terminal, async (bus, handOver) =>
            {
                var stored = await StoredInstrument.OpenAsync(bus, site, instrument, handOver);
                if (stored.Sites is not [var only]) return stored.Sites.Count == 0 ? ControlCommand.Fail(terminal, KnownInstruments.Unknown(meant)) : throw KnownInstruments.Ambiguous(instrument, stored.Sites);
                if (stored.WhyNotOffline(only) is { } trouble) return ControlCommand.Fail(terminal, $"{only}/{instrument} is not forgotten: {trouble}");
                try
                {
                    terminal.Out.WriteLine($"{only}/{instrument} is forgotten by {who}: {reason}. Off the broker: {await stored.ForgetAsync(bus, only, handOver)}");
                    return ExitCode.Success;
                }
                catch (TimeoutException error)
                {
                    return ControlCommand.Fail(terminal, $"{only}/{instrument} is not forgotten as a whole: {error.Message}; its driver may have come back, start it anew or forget it again");
                }
            }, cancellation);
        });
        return command;
    }
}
