using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.Instruments;

/// <summary>
/// A powder doser on MT-SICS, with the commands of docs/reference/instruments/doser-quantos.md. It is told to dose and then asked how far it is;
/// none of the commands waits.
/// </summary>
internal sealed partial class QuantosDoserLink(Func<CancellationToken, Task<Stream>> connect, TimeProvider clock) : IAsyncDisposable
{
    private readonly MtSicsLine _line = new("doser", "it must have the dosing commands of a Quantos", connect, clock);

    public Task<string> OpenAsync(CancellationToken cancellation) => _line.OpenAsync("", cancellation);

    /// <inheritdoc cref="MtSicsLine.TextAsync"/>
    public Task<string> TextAsync(string command) => _line.TextAsync(command);

    public async Task<DoseSample> SampleAsync()
    {
        var line = await _line.AskAsync("QRD 2 4 12");
        return DoseSample.Parse(line) ?? throw await _line.GarbageAsync("QRD 2 4 12", line);
    }

    public async Task<DoseOrder> OrderedAsync()
    {
        var line = await _line.AskAsync("QRD 2 4 13");
        return DoseOrder.Parse(line) ?? throw await _line.GarbageAsync("QRD 2 4 13", line);
    }

    /// <summary>Powder in the dosing heads, mg.</summary>
    public async Task<double> StockAsync()
    {
        var line = await _line.AskAsync("QRD 2 4 11");
        return Stock().Match(line) is { Success: true } match
            ? double.Parse(match.Groups["stock"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            : throw await _line.GarbageAsync("QRD 2 4 11", line);
    }

    /// <returns>False where the cabinet has no such recipe.</returns>
    public Task<bool> ChooseAsync(int target, int recipe) => IsTakenAsync("QRD 1 1 20", FormattableString.Invariant($"{target} {recipe}"));

    /// <param name="milligrams">To a tenth.</param>
    /// <returns>False where the doser does not dose so much or so little.</returns>
    public Task<bool> OrderAsync(double milligrams) => IsTakenAsync("QRD 1 1 5", milligrams.ToString("0.0", CultureInfo.InvariantCulture));

    /// <returns>Null where it began, else the code of why it did not.</returns>
    public async Task<int?> StartAsync()
    {
        var line = await _line.AskAsync("QRA 61 1");
        if (line == "QRA 61 1 B") return null;
        return Refused().Match(line) is { Success: true } match
            ? int.Parse(match.Groups["code"].Value, CultureInfo.InvariantCulture)
            : throw await _line.GarbageAsync("QRA 61 1", line);
    }

    public async Task StopAsync()
    {
        var line = await _line.AskAsync("QRA 61 4");
        if (line != "QRA 61 4 A") throw await _line.GarbageAsync("QRA 61 4", line);
    }

    public ValueTask DisposeAsync() => _line.DisposeAsync();

    private async Task<bool> IsTakenAsync(string command, string value)
    {
        var line = await _line.AskAsync($"{command} {value}");
        if (line == $"{command} I") throw new InstrumentFaultException($"the doser does not take '{command} {value}' now: it is busy with something else");
        return line == $"{command} A" || (line == $"{command} L" ? false : throw await _line.GarbageAsync(command, line));
    }

    [GeneratedRegex(@"^QRD 2 4 11 A (?<stock>[0-9]{1,10}\.[0-9]) mg\z")]
    private static partial Regex Stock();

    [GeneratedRegex(@"^QRA 61 1 I (?<code>[0-9]{1,3})\z")]
    private static partial Regex Refused();
}
