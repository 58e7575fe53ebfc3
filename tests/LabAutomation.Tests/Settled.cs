namespace LabAutomation.Tests;

/// <summary>Lets what is on its way arrive: for what must not happen there is nothing to wait for.</summary>
internal static class Settled
{
    private const int Milliseconds = 30;

    public static async Task SoonAsync()
    {
        using var never = new SemaphoreSlim(0);
        await never.WaitAsync(Milliseconds);
    }

    /// <summary>Waits for what must happen, ten seconds of turns at most.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        for (var turn = 0; turn < 10_000 / Milliseconds && !holds(); turn++) await SoonAsync();
    }
}
