using System.Globalization;

namespace LabAutomation.Hosting;

/// <summary>
/// Where conversations and approvals lie in a lab's data directory, beside its record. A ledger has one writer, so each conversation that is held at the same time has a place with a ledger
/// of its own; whoever comes takes the first that is free. Approvals need no hold.
/// </summary>
internal sealed class ReasoningDirectory : IDisposable
{
    /// <summary>Conversations that are held at the same time.</summary>
    public const int Most = 8;

    private readonly string _directory;
    private readonly FileStream _hold;

    private ReasoningDirectory(string directory, int place, FileStream hold) => (_directory, Place, _hold) = (directory, place, hold);

    /// <summary>From 1.</summary>
    public int Place { get; }

    /// <summary>The ledger of this place.</summary>
    public string Conversations => At(_directory, Place, "db");

    /// <summary>The ledgers of the other places that have one by now.</summary>
    public IReadOnlyList<string> Others => [.. ConversationsIn(_directory).Where(path => path != Conversations)];

    /// <summary>Held while a draft is written down.</summary>
    public string Turn => Path.Combine(_directory, "reasoning.turn");

    /// <summary>The ledgers of all places that have one.</summary>
    public static IReadOnlyList<string> ConversationsIn(string directory) => [.. Enumerable.Range(1, Most).Select(place => At(directory, place, "db")).Where(File.Exists)];

    public static string ApprovalsIn(string directory) => Path.Combine(directory, "approvals.db");

    /// <exception cref="LabException">All places are taken, or the folder cannot be written.</exception>
    public static ReasoningDirectory Hold(string directory)
    {
        for (var place = 1; ; place++)
        {
            var path = At(Path.GetFullPath(directory), place, "lock");
            try
            {
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
                else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                return new ReasoningDirectory(directory, place, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (place < Most && File.Exists(path))
            {
                // Somebody holds a conversation there.
            }
            catch (IOException error) when (error.GetType() == typeof(IOException) && File.Exists(path))
            {
                throw new LabException(LabFault.InUse, $"{Most} conversations are held in '{directory}' already; wait for one of them to end, or name another folder with --data", error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new LabException(LabFault.Storage, $"data directory '{directory}' cannot be written: {error.Message}", error);
            }
        }
    }

    public void Dispose() => _hold.Dispose();

    private static string At(string directory, int place, string kind) => Path.Combine(directory, place == 1 ? $"reasoning.{kind}" : string.Create(CultureInfo.InvariantCulture, $"reasoning-{place}.{kind}"));
}
