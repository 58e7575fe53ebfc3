using System.CommandLine;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab reset</c>: a person takes a trip back. The units stay aborted until they are cleared.</summary>
internal static class ResetCommand
{
    public static Command Create(Terminal terminal)
    {
        var (why, broker) = (OperatorLink.Why(), OperatorLink.Broker());
        var by = OperatorLink.NamedBy("Who has looked and takes the trip back");
        var command = new Command("reset", "Takes a trip of the interlock back; instruments stay aborted until they are cleared") { by, why, broker };
        command.SetAction((parsed, cancellation) =>
        {
            var (name, reason) = (OperatorLink.Text(parsed, by), OperatorLink.Text(parsed, why));
            if (!ControlFrame.IsPerson(name)) throw new UsageException($"{by.Name}: only a person takes a trip back, and '{name}' is none");
            return OperatorLink.UseAsync(parsed.GetValue(broker)!, "the reset did not reach the broker; the trip stands", terminal, async (stop, handOver) =>
            {
                var (aborted, again) = await stop.ResetAsync(name, reason, handOver);
                if (again is not null)
                {
                    terminal.Error.WriteLine($"lab: tripped again by {again.By}: {again.Reason}");
                    return ExitCode.NotSafe;
                }

                terminal.Out.WriteLine($"reset by {name}: {reason}");
                terminal.Out.WriteLine(aborted.Count == 0 ? "no instrument is aborted" : $"still aborted until cleared: {string.Join(", ", aborted)}");
                return ExitCode.Success;
            }, cancellation);
        });
        return command;
    }
}
