using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Reasoning:ROLE</c>: a model of its own for one role. What is not given is that of <see cref="ReasoningOptions"/>.</summary>
public class RoleModelOptions
{
    /// <summary>Endpoint that speaks OpenAI's chat completions API, such as <c>http://127.0.0.1:11434/v1</c>.</summary>
    public string? Endpoint { get; set; }

    /// <summary>As the endpoint names it; the only one that it has unless given.</summary>
    public string? Model { get; set; }

    /// <summary>File with the key alone, which only its owner may read.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Environment variable with the key.</summary>
    public string? KeyVariable { get; set; }

    /// <summary>Of a million tokens that the model reads; 0 unless given.</summary>
    [Range(0.0, 1e6, ErrorMessage = "InputPrice is 0 to 1000000 for a million tokens")]
    public double? InputPrice { get; set; }

    /// <summary>Of a million tokens that the model writes; 0 unless given.</summary>
    [Range(0.0, 1e6, ErrorMessage = "OutputPrice is 0 to 1000000 for a million tokens")]
    public double? OutputPrice { get; set; }
}
