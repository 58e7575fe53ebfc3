using System.Globalization;
using System.Net;
using MQTTnet.Server;

namespace LabAutomation.Benchmarks.Broker;

/// <summary>The broker in a process of its own, until its standard input ends. A line on it is answered with "enqueued dropped".</summary>
internal static class BrokerHost
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var counts = arguments.Contains("count");
        var options = new MqttServerFactory().CreateServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(int.Parse(arguments[0], CultureInfo.InvariantCulture))
            .WithConnectionBacklog(1000)
            .WithPersistentSessions()
            .WithMaxPendingMessagesPerClient(counts ? 1000 : 30_000)
            .Build();
        using var server = new MqttServerFactory().CreateMqttServer(options);
        if (arguments.Skip(1).FirstOrDefault(argument => argument != "count") is { } directory) server.ServerSessionItems["SessionDirectory"] = directory;

        long enqueued = 0, dropped = 0;
        if (counts)
        {
            server.ApplicationMessageEnqueuedOrDroppedAsync += change =>
            {
                Interlocked.Increment(ref change.IsDropped ? ref dropped : ref enqueued);
                return Task.CompletedTask;
            };
        }

        await server.StartAsync();
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is not null)
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Read(ref enqueued)} {Interlocked.Read(ref dropped)}"));
        await server.StopAsync();
        return 0;
    }
}
