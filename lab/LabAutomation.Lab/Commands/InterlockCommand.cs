using System.CommandLine;
using System.Runtime.InteropServices;
using LabAutomation.Interlock;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab interlock FILE</c>: the independent watchdog, with its own configuration and account.</summary>
internal static class InterlockCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "The interlock's own configuration", HelpName = "CONFIG.json" };
        var command = new Command("interlock", "Watches the lab and trips it where a rule does not hold, until it is interrupted; one line per event") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            var configuration = InterlockConfiguration.Read(parsed.GetValue(file)!);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
            await using var bus = new MqttLabBus(configuration.Open(), TimeProvider.System, NullLogger<MqttLabBus>.Instance);
            try
            {
                await new InterlockWatchdog(configuration, bus, TimeProvider.System, Say).RunAsync(end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                Say("the interlock ends; hosts that have heard it go to their safe state when its lease is over");
            }

            return (int)ExitCode.Success;

            void End(PosixSignalContext signal)
            {
                signal.Cancel = true;
                end.Cancel();
            }

            void Say(string line)
            {
                lock (terminal.Out)
                {
                    terminal.Out.WriteLine(line);
                    terminal.Out.Flush();
                }
            }
        });
        return command;
    }
}
