namespace LabAutomation.Instruments;

/// <summary>The answer to GET /status. Positions in µm.</summary>
internal sealed record BeamlineStatus(
    string Manufacturer, string Model, string Serial, string Firmware, int Width, int Height, double Transmission, double Position, double Target, bool Moving, string? Exposing, string? Last);

/// <summary>An exposure as the detector tells it. Position in µm.</summary>
/// <param name="State"><c>running</c>, <c>done</c> or <c>aborted</c>.</param>
internal sealed record BeamlineExposure(string Id, string State, int Taken, double Transmission, double Position)
{
    public bool IsOver => State is "done" or "aborted";
}
