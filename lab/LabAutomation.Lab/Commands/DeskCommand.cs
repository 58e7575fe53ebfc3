using System.CommandLine;
using LabAutomation.Hosting;
using LabAutomation.Hosting.Desk;
using LabAutomation.Lab.Reasoning;
using LabAutomation.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LabAutomation.Lab.Commands;

/// <summary>How what a person says reaches a lab: its record where it does not run, its desk where it does.</summary>
internal static class DeskCommand
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(4);

    public static Option<string?> Broker() => new("--broker") { Description = "File with the operator's link to the broker of a lab that runs elsewhere, or on a broker of its own", HelpName = "FILE" };

    /// <param name="broker">File with a link to the broker; null for the lab of this data directory.</param>
    /// <param name="offline">Does it where no lab runs; whether it was done, and what is to be said.</param>
    public static async Task<int> TellAsync<T>(ParseResult parsed, string? broker, string verb, T order, Terminal terminal, Func<IHost, (bool Done, string Words)> offline, CancellationToken cancellation)
    {
        using var host = Settings.Of(parsed).BuildHost();
        if (broker is not null) return await AskAsync(host, broker, verb, order, terminal, cancellation);
        try
        {
            return Say(terminal, offline(host));
        }
        catch (LabException running) when (running.Fault == LabFault.InUse)
        {
            var link = OfflineDesk.LinkIn(host.Services.GetRequiredService<IOptions<LabOptions>>().Value.DataDirectory);
            if (!File.Exists(link)) throw new LabException(LabFault.InUse, $"{running.Message}. It has no broker of its own by which it could be told: --broker names the file with a link to the one it uses", running);
            return await AskAsync(host, link, verb, order, terminal, cancellation);
        }
    }

    private static Task<int> AskAsync<T>(IHost host, string link, string verb, T order, Terminal terminal, CancellationToken cancellation)
    {
        var desk = Topics.Of(host.Services.GetRequiredService<IOptions<LabOptions>>().Value.Site, Topics.Desk);
        return OperatorLink.UseAsync(link, $"the {verb} did not reach the lab", ExitCode.Broker, terminal, async (bus, handOver) =>
        {
            try
            {
                var reply = await new ControlCaller(bus).AskAsync(desk, verb, order, AnswerWithin, handOver);
                return (ExitCode)Say(terminal, (reply.Done, reply.Message));
            }
            catch (Exception error) when (error is TimeoutException or FrameException)
            {
                terminal.Error.WriteLine($"lab: nobody answered at the desk of '{desk.Site}': {error.Message}");
                return ExitCode.Broker;
            }
        }, cancellation);
    }

    private static int Say(Terminal terminal, (bool Done, string Words) answer)
    {
        // It may quote what instruments say of themselves.
        var words = string.Join(Environment.NewLine, answer.Words.Split('\n').Select(TalkDisplay.Plain));
        if (answer.Done) terminal.Out.WriteLine(words);
        else terminal.Error.WriteLine($"lab: {words}");
        return (int)(answer.Done ? ExitCode.Success : ExitCode.Usage);
    }
}
