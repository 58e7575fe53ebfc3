using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>A turn that programs take one after the other, by a file that one of them holds open.</summary>
/// <param name="path">Of the file; made when the turn is first taken.</param>
/// <param name="what">That is held, for people, such as <c>the approvals</c>.</param>
/// <param name="clock">The wall clock.</param>
internal sealed class FileTurn(string path, string what, TimeProvider clock)
{
    /// <summary>Another program needs milliseconds; one that was stopped in the middle must not hold a person up for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <returns>The turn, until it is disposed of.</returns>
    /// <exception cref="LedgerException">The file cannot be made, or somebody has held it too long.</exception>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) && clock.GetElapsedTime(began) < Patience)
            {
                // Another program has it for a moment.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new LedgerException($"{what} cannot be held: {error.Message}", error);
            }

            await Task.Delay(Pause, clock, cancellation);
        }
    }
}
