namespace LabAutomation.Tests;

/// <summary>Lets what is on its way arrive, without a clock: for what must not happen there is nothing to wait for.</summary>
internal static class Settled
{
    private const int Turns = 500;

    public static async Task SoonAsync()
    {
        for (var turn = 0; turn < Turns; turn++) await Task.Yield();
    }
}
