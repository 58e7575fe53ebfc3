using System.CommandLine;
using System.Globalization;
using LabAutomation.Interlock;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab stop</c>: trips the lab, and tells who is safe and who did not answer.</summary>
internal static class StopCommand
{
    public static Command Create(Terminal terminal)
    {
        var (why, broker) = (OperatorLink.Why(), OperatorLink.Broker());
        var by = OperatorLink.By("Who stops");
        var command = new Command("stop", "Trips the interlock: every instrument goes to its safe state, and stays there until 'lab reset'") { why, by, broker };
        command.SetAction((parsed, cancellation) =>
        {
            var (name, reason) = (OperatorLink.Text(parsed, by), OperatorLink.Text(parsed, why));
            return OperatorLink.UseAsync(parsed.GetValue(broker)!, "NOTHING IS STOPPED. The trip did not reach the broker; use the hardware stop", terminal, async (stop, handOver) =>
            {
                var answers = await stop.TripAsync(name, reason, () => terminal.Out.WriteLine($"tripped by {name}: {reason}"), handOver);
                foreach (var answer in answers)
                    terminal.Out.WriteLine(answer.SafeAfter is { } after ? $"  {answer.Instrument}  safe after {Milliseconds(after)}" : $"  {answer.Instrument}  NOT KNOWN TO BE SAFE: {answer.Why}");
                var open = answers.Count(answer => answer.SafeAfter is null);
                var safe = answers.Where(answer => answer.SafeAfter is not null).Select(answer => answer.SafeAfter!.Value).ToList();
                terminal.Out.WriteLine(answers.Count == 0
                    ? "no instrument is known to this broker"
                    : $"{safe.Count} of {answers.Count} safe{(safe.Count > 0 ? $", the last one after {Milliseconds(safe.Max())}" : "")}");
                if (open > 0) terminal.Error.WriteLine($"lab: {open} did not say that they are safe: {string.Join(", ", answers.Where(answer => answer.SafeAfter is null).Select(answer => answer.Instrument))}; look at the hardware");
                return open > 0 ? ExitCode.NotSafe : ExitCode.Success;
            }, cancellation);
        });
        return command;
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}
