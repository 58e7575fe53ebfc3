using Microsoft.Extensions.Configuration;

namespace LabAutomation.Hosting.Forecasts;

/// <summary>A lab of the same instruments in which no device is reached.</summary>
public static class SimulatedInstruments
{
    /// <summary>Keys that put a simulated device in the place of each that this program drives. Those that other programs drive cannot be replaced.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Of(IConfiguration configuration) =>
        configuration.GetSection(InstrumentOptions.Section).GetChildren().Where(one => one["Connection"] is { } connection && connection != InstrumentOptions.Remote)
            .Select(instrument => KeyValuePair.Create<string, string?>($"{instrument.Path}:Connection", InstrumentOptions.Simulated));
}
