namespace LabAutomation.Agents.Reasoning;

/// <summary>The model of one role and how it is reached.</summary>
/// <param name="Endpoint">That speaks OpenAI's chat completions API, such as http://127.0.0.1:11434/v1.</param>
/// <param name="Model">As the endpoint names it.</param>
/// <param name="Key">Null where it wants none.</param>
/// <param name="InputPrice">Of a million tokens.</param>
/// <param name="OutputPrice">Of a million tokens.</param>
public sealed record ModelChoice(Uri Endpoint, string Model, string? Key, double InputPrice, double OutputPrice)
{
    /// <summary>For people and the record: without anything that could be a secret.</summary>
    public string Place => $"{Endpoint.Scheme}://{Endpoint.Authority}{Endpoint.AbsolutePath}";

    public double Cost(int input, int output) => (input * InputPrice + output * OutputPrice) / 1e6;

    /// <summary>The key stays out of whatever prints this.</summary>
    public override string ToString() => $"{Model} at {Place}";
}
