using System.Net;
using LabAutomation.Agents.Records;

namespace LabAutomation.Lab.Mcp;

/// <summary>What whoever runs the server is told of requests that were refused before anybody was asked who sends them. There may be any number of them.</summary>
internal sealed class Refusals(Action<string> complain)
{
    private const int Most = 10;

    private readonly Lock _lock = new();
    private readonly Tally _tally = new(Most, together: 1000);
    private string _last = "";

    public void Tell(IPAddress? from, string why)
    {
        lock (_lock)
        {
            _last = $"of {from}: {why}";
            if (_tally.Add()) complain($"a request was refused, {_last}");
            else if (_tally.IsDue) TellRest();
        }
    }

    /// <summary>Those of which nothing was said yet.</summary>
    public void TellRest()
    {
        lock (_lock)
        {
            if (_tally.Take() is > 0 and var count) complain($"{count} more requests were refused, the last one {_last}");
        }
    }
}
