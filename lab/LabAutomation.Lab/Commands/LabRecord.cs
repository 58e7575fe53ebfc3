using System.CommandLine;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;

namespace LabAutomation.Lab.Commands;

/// <summary>The record of a lab, opened for reading.</summary>
internal sealed record LabRecord(Ledger Ledger, string Directory) : IDisposable
{
    /// <exception cref="LedgerException">There is none.</exception>
    public static LabRecord Open(ParseResult parsed)
    {
        var directory = Settings.Of(parsed).DataDirectory;
        var path = Laboratory.LedgerIn(directory);
        if (!Ledger.Exists(path)) throw new LabException(LabFault.NotFound, $"there is no record in '{directory}'; 'lab run FILE' begins one, and --data names another folder");
        return new LabRecord(Ledger.OpenForReading(path), directory);
    }

    public void Dispose() => Ledger.Dispose();
}
