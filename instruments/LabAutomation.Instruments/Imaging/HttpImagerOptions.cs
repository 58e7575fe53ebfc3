namespace LabAutomation.Instruments;

/// <summary>Settings of a camera behind HTTP.</summary>
/// <param name="Snapshot">Path of GET for a picture.</param>
/// <param name="ShortestExposure">ms.</param>
/// <param name="LongestExposure">ms; the camera has to answer within 10 s.</param>
internal sealed record HttpImagerOptions(string Snapshot, double ShortestExposure, double LongestExposure)
{
    public static HttpImagerOptions From(DriverSettings settings)
    {
        settings.AllowOnly("snapshot", "shortest-exposure", "longest-exposure");
        var shortest = settings.Number("shortest-exposure", 0.01, 1000, 0.1);
        var longest = settings.Number("longest-exposure", 0.1, 4000, 1000);
        if (shortest >= longest) throw new DriverSettingsException($"driver '{settings.Family}': 'shortest-exposure' must be less than 'longest-exposure'");
        return new HttpImagerOptions(
            settings.Text("snapshot", text => text.StartsWith('/') && text.All(c => c is > ' ' and <= '~' and not '#'), "a path such as /snapshot", "/snapshot"), shortest, longest);
    }
}
