using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>
/// Where replies bear no checksum, one changed digit makes a counter that says that nothing was done. What would have an action be carried out once more is believed where two replies say it.
/// </summary>
internal static class Twice
{
    /// <param name="said">What the device said a moment ago.</param>
    /// <exception cref="InstrumentLinkException">It says something else now.</exception>
    public static async Task ConfirmAsync<T>(string device, T said, Func<Task<T>> ask)
    {
        var again = await ask();
        if (!Equals(again, said)) throw new InstrumentLinkException(string.Create(CultureInfo.InvariantCulture, $"the {device} at rest said {said}, and a moment later {again}"));
    }
}
