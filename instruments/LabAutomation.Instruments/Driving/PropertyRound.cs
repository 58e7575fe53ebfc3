namespace LabAutomation.Instruments;

/// <summary>
/// Tells all properties of a device now and then while an action runs, so that whoever limits them hears those too that the action itself does not ask for. One for a driver, over all its actions.
/// </summary>
public sealed class PropertyRound
{
    private long? _told;

    /// <summary>Reads and tells them, where <see cref="IActionScope.PropertyPeriod"/> has passed since the last time. To be called between two exchanges of whatever takes longer than that.</summary>
    /// <exception cref="InstrumentLinkException">The device cannot be understood.</exception>
    public async Task TellAsync(IDriver driver, IActionScope scope, CancellationToken cancellation)
    {
        // A clock on the wall that is put back must not keep it silent.
        var now = scope.Clock.GetTimestamp();
        if (scope.Clock.GetElapsedTime(_told ??= now, now) < scope.PropertyPeriod) return;
        _told = now;
        foreach (var (name, value) in await driver.ReadPropertiesAsync(cancellation)) scope.Observe(name, value);
    }
}
