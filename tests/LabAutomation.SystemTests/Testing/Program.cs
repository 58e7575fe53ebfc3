namespace LabAutomation.SystemTests.Testing;

/// <summary>This test program started by one of its tests, as a process that can be killed.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["broker-host", var port, var directory]: return await BrokerHost.RunAsync(port, directory);
            case ["driver-host", var settings]: return await MortalDriver.RunAsync(settings);
            default:
                await Console.Error.WriteLineAsync("usage: broker-host PORT DIRECTORY, or driver-host JSON; the tests themselves are run by dotnet test");
                return 2;
        }
    }
}
