using System.Reflection;
using System.Text.RegularExpressions;
using LabAutomation.Hosting;

namespace LabAutomation.SystemTests.Hosting;

/// <summary>One key of appsettings.json, from the class that it is bound to.</summary>
internal sealed partial record ConfigurationKey(string Section, string Name, PropertyInfo? Property, object? Default)
{
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        .. Of(LabOptions.Section, new LabOptions()),
        .. Of(BrokerOptions.Section, new BrokerOptions()),
        .. Of(SimulationOptions.Section, new SimulationOptions()),
        .. Of(InstrumentOptions.Section, new InstrumentOptions()).Where(key => key.Type != typeof(List<CalibrationOptions>))
            .Select(key => key with { Name = Generic($"{key.Section}:0:{key.Property!.Name}"), Default = key.Type!.IsValueType ? key.Default : null }),
        .. Of(InstrumentOptions.Section, new CalibrationOptions()).Select(key => key with { Name = Generic($"{key.Section}:0:Calibrations:0:{key.Property!.Name}"), Default = null }),
        .. Of(LocationOptions.Section, new LocationOptions()).Concat(Of(TransportOptions.Section, new TransportOptions())).Concat(Of(ConsumableOptions.Section, new ConsumableOptions())).Select(key => key with { Name = $"{key.Section}:N:{key.Property!.Name}", Default = key.Type == typeof(List<string>) ? null : key.Default }),
        .. Of(ErrorRuleOptions.Section, new ErrorRuleOptions()).Select(key => key with { Name = $"{key.Section}:N:{key.Property!.Name}", Default = null }),
        .. Of(SuspenderOptions.Section, new SuspenderOptions()).Select(key => key with { Name = $"{key.Section}:N:{key.Property!.Name}" }),
        .. Of(ReasoningOptions.Section, new ReasoningOptions()).Select(key => key with { Name = Generic(key.Name) }).DistinctBy(key => key.Name),
        .. Of(PolicyOptions.Section, new PolicyOptions()).Select(key => key with { Name = Generic(key.Name) }).DistinctBy(key => key.Name),
        .. Of(McpOptions.Section, new McpOptions()),
        new("Logging", "Logging:LogLevel:Default", null, null),
    ];

    public Type? Type => Property?.PropertyType;

    public T? Attribute<T>() where T : Attribute => Property?.GetCustomAttribute<T>();

    /// <summary><c>Instruments:3:Settings:diameter</c> to <c>Instruments:N:Settings</c>.</summary>
    public static string Generic(string key) => Listed().Replace(Role().Replace(CalibrationNumber().Replace(Numbered().Replace(key, "Instruments:N:$1"), "$1:M:$2"), "$1:ROLE:"), "$1");

    /// <summary>Whether the key is left out of the file unless somebody wants what it gives.</summary>
    public bool IsOff => Section is LocationOptions.Section or TransportOptions.Section or ConsumableOptions.Section or ErrorRuleOptions.Section or SuspenderOptions.Section || (Section == InstrumentOptions.Section ? Property?.Name is nameof(InstrumentOptions.Role) or nameof(InstrumentOptions.Station) or nameof(InstrumentOptions.Location) or nameof(InstrumentOptions.Limits) or nameof(InstrumentOptions.SetUpBy) || Default is not null || Name.Contains(":M:", StringComparison.Ordinal) : Section != "Logging" && Default is null or false);

    private static IEnumerable<ConfigurationKey> Of(string section, object options) => options.GetType().GetProperties()
        .Where(property => property.SetMethod is { IsPublic: true })
        .SelectMany(property => property.GetValue(options) is { } inner && inner.GetType().Assembly == typeof(LabOptions).Assembly
            ? Of($"{section}:{property.Name}", inner)
            : [new ConfigurationKey(section, $"{section}:{property.Name}", property, property.GetValue(options))]);

    [GeneratedRegex(@"^Instruments:\d+:(Calibrations:\d+:\w+|\w+)(:\w+)?$")]
    private static partial Regex Numbered();

    [GeneratedRegex("^(Reasoning|Policy):(?:Planner|Critic|Analyst|Scribe|Client):")]
    private static partial Regex Role();

    [GeneratedRegex(@"^(Policy:.+?:(?:Tools|Instruments|Approvers|Operators|Stock)):.+$")]
    private static partial Regex Listed();

    [GeneratedRegex(@"(Calibrations):\d+:(\w+)$")]
    private static partial Regex CalibrationNumber();
}
