namespace LabAutomation.Instruments;

/// <summary>The answer to GET /status.</summary>
internal sealed record ImagerStatus(string Manufacturer, string Model, string Serial, string Firmware);

/// <summary>Body and answer of POST /exposure, in ms.</summary>
internal sealed record ImagerExposure(double Milliseconds);
