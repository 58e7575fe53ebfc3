using System.Globalization;

namespace LabAutomation.Instruments;

/// <summary>
/// A second look at what a device says of itself. Where replies bear no checksum, one changed digit makes a counter that says that nothing was done, and the action is carried out once more. So a driver that is about to say
/// <see cref="Recovery.DidNotHappen"/> by one reply asks the same again, and believes what both say.
/// </summary>
public static class Twice
{
    /// <summary>Returns where the device says the same again.</summary>
    /// <typeparam name="T">A value with an equality of its own: a number, a tuple or a record.</typeparam>
    /// <param name="device">As messages call it, such as <c>pump</c>.</param>
    /// <param name="said">What the device said a moment ago, at rest.</param>
    /// <param name="ask">The same question once more; what it throws is passed on.</param>
    /// <exception cref="InstrumentLinkException">It says something else now. Passed on from <see cref="IDriver.RecoverAsync"/>, the host connects anew and asks again.</exception>
    public static async Task ConfirmAsync<T>(string device, T said, Func<Task<T>> ask)
    {
        var again = await ask();
        if (!Equals(again, said)) throw new InstrumentLinkException(string.Create(CultureInfo.InvariantCulture, $"the {device} at rest said {said}, and a moment later {again}"));
    }
}
