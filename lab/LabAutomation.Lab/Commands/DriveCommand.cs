using System.CommandLine;
using System.Text.Json;
using LabAutomation.Hosting;
using LabAutomation.Lab.Display;
using Microsoft.Extensions.DependencyInjection;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab drive CONFIG</c>: the drivers of one file, on the machine beside their instruments.</summary>
internal static class DriveCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("configuration") { Description = "Configuration file (JSON): site, broker, data directory, instruments", HelpName = "CONFIG" };
        var check = new Option<bool>("--check") { Description = "Check the file and the files that it names; nothing is connected and nothing moves" };
        var command = new Command("drive", "Drives the instruments of one configuration file for a lab elsewhere, until Ctrl-C") { file, check };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var host = Settings.Of(parsed, parsed.GetValue(file)!).BuildStation();
            var station = host.Services.GetRequiredService<DriverStation>();
            station.Check();
            var say = Say(terminal, parsed.GetValue(CommonOptions.Json));
            station.Noticed += notice => Tell(notice, say, terminal);
            say("drives", $"drives {string.Join(", ", station.Instruments.Select(Described))} of site {station.Site}; broker {station.Broker}");
            if (!parsed.GetValue(check)) await DriveAsync(station, say, cancellation);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static async Task DriveAsync(DriverStation station, Action<string, string> say, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = new Interrupt(
            first: () =>
            {
                say("stopping", "stopping: running actions may end, then the devices are made safe. Ctrl-C again ends at once");
                stop.Cancel();
            },
            second: () => Environment.Exit((int)ExitCode.Aborted),
            third: () => Environment.Exit((int)ExitCode.Aborted));
        try
        {
            await using (station)
            {
                await station.StartAsync(stop.Token);
                say("online", $"online: {string.Join(", ", station.Instruments.Select(instrument => instrument.Name))}; Ctrl-C stops");
                await station.RunAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before the broker was reached.
        }

        if (station.NotSafe.Count > 0) throw new LabException(LabFault.Instrument, $"stopped, and not every device could be made safe: {string.Join("; ", station.NotSafe.Select(one => $"{one.Key}: {one.Value}"))}");
        say("stopped", "stopped");
    }

    private static string Described(InstrumentOptions instrument) => $"{instrument.Name} ({instrument.Family}, {instrument.Connection})";

    private static void Tell(StationNotice notice, Action<string, string> say, Terminal terminal)
    {
        var text = $"{notice.Instrument}: {notice.Text}";
        if (notice.IsTrouble) terminal.Error.WriteLine($"lab: {text}");
        else say("recovered", text);
    }

    private static Action<string, string> Say(Terminal terminal, bool json) => (phase, text) =>
    {
        terminal.Out.WriteLine(json ? JsonSerializer.Serialize(new { phase, text }, JsonForms.Line) : text);
        terminal.Out.Flush();
    };
}
