using System.ComponentModel.DataAnnotations;

namespace LabAutomation.Hosting;

/// <summary>Section <c>Reasoning</c>: the language models of agents, and how long anybody waits for them. Without an endpoint there are none.</summary>
public sealed class ReasoningOptions : RoleModelOptions
{
    public const string Section = "Reasoning";

    /// <summary>Seconds from a question to its answer, calls of tools included; 0.1 to 3600.</summary>
    [Range(0.1, 3600.0, ErrorMessage = "Reasoning:Deadline is 0.1 to 3600 seconds")]
    public double Deadline { get; set; } = 300;

    /// <summary>Seconds without a sign of the endpoint after which it is given up; 0.1 to 3600.</summary>
    [Range(0.1, 3600.0, ErrorMessage = "Reasoning:Silence is 0.1 to 3600 seconds")]
    public double Silence { get; set; } = 60;

    public RoleModelOptions Planner
    {
        get;
        set => field = value ?? new();      // as "Planner": null in a file
    } = new();

    public RoleModelOptions Critic
    {
        get;
        set => field = value ?? new();
    } = new();

    public RoleModelOptions Analyst
    {
        get;
        set => field = value ?? new();
    } = new();

    public RoleModelOptions Scribe
    {
        get;
        set => field = value ?? new();
    } = new();

    /// <summary>By the name of the role.</summary>
    internal IReadOnlyDictionary<string, RoleModelOptions> Roles => new Dictionary<string, RoleModelOptions>
    {
        ["planner"] = Planner, ["critic"] = Critic, ["analyst"] = Analyst, ["scribe"] = Scribe,
    };

    /// <summary>The model of a role. An endpoint of its own comes with its own model and key: those of another are not shown to it.</summary>
    internal RoleModelOptions For(string role)
    {
        var own = Roles[role];
        var shared = own.Endpoint is null;
        return new RoleModelOptions
        {
            Endpoint = own.Endpoint ?? Endpoint,
            Model = own.Model ?? (shared ? Model : null),
            KeyFile = own.KeyFile ?? (shared && own.KeyVariable is null ? KeyFile : null),
            KeyVariable = own.KeyVariable ?? (shared && own.KeyFile is null ? KeyVariable : null),
            InputPrice = own.InputPrice ?? InputPrice,
            OutputPrice = own.OutputPrice ?? OutputPrice,
        };
    }
}
