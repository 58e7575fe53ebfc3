using System.CommandLine;
using LabAutomation.Interlock;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Lab.Commands;

/// <summary>How <c>lab stop</c>, <c>lab reset</c> and the controls of single instruments reach the broker, and what they say where they do not.</summary>
internal static class OperatorLink
{
    /// <summary>Longer than this nobody should wait before walking to the hardware stop.</summary>
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(5);

    /// <summary>Of everything else: a program that has just started, on a machine that is busy, is not at its broker and back within seconds, and a finding that was not handed over has to be told again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Option<string> Broker() => new("--broker")
    {
        Description = "File with the operator's link to the broker: host, port, userName, passwordFile, tls",
        HelpName = "FILE",
        DefaultValueFactory = _ => "operator.json",
    };

    public static Option<string> Why() => new("--why") { Description = "The reason, for the record", HelpName = "TEXT", Required = true };

    public static Argument<string> Instrument() => new("instrument") { Description = "As 'lab instruments' calls it; SITE/NAME where the broker knows more than one of the name", HelpName = "INSTRUMENT" };

    /// <param name="who">Says what the person does.</param>
    public static Option<string> By(string who) => new("--by") { Description = $"{who}; the user of this machine unless given", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };

    /// <summary>The same where nobody may remain unnamed.</summary>
    public static Option<string> NamedBy(string who) => new("--by") { Description = who, HelpName = "NAME", Required = true };

    public static string Text(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw new UsageException($"{option.Name} must not be empty");

    /// <returns>The exit code; <see cref="ExitCode.NotStopped"/>, said loudly, where the broker did not take the message.</returns>
    public static Task<int> UseAsync(string file, string what, Terminal terminal, Func<Stop, CancellationToken, Task<ExitCode>> use, CancellationToken cancellation) =>
        UseAsync(file, what, ExitCode.NotStopped, terminal, (bus, handOver) => use(new Stop(bus, TimeProvider.System), handOver), cancellation);

    /// <param name="unreached">The exit code where the broker did not take the message.</param>
    public static async Task<int> UseAsync(string file, string what, ExitCode unreached, Terminal terminal, Func<ILabBus, CancellationToken, Task<ExitCode>> use, CancellationToken cancellation)
    {
        var within = unreached == ExitCode.NotStopped ? HandOver : Patience;
        try
        {
            await using var bus = new MqttLabBus(LinkFile.Open(file), TimeProvider.System, NullLogger<MqttLabBus>.Instance);
            using var patience = new CancellationTokenSource(within, TimeProvider.System);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            await bus.StartAsync(either.Token);
            return (int)await use(bus, either.Token);
        }
        catch (Exception error) when (error is InterlockException or BusRefusedException or OperationCanceledException)
        {
            var why = error is OperationCanceledException && !cancellation.IsCancellationRequested ? $"the broker did not answer within {within.TotalSeconds:0} s" : error.Message;
            terminal.Error.WriteLine($"lab: {what}: {why}");
            return (int)unreached;
        }
    }
}
