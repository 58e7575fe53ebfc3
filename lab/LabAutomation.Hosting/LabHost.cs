using LabAutomation.Agents.Reasoning;
using LabAutomation.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>The composition root: a configuration in, a lab out that starts and stops with the host.</summary>
/// <remarks>Families of instruments are those that come with the lab, unless more are given.</remarks>
public static class LabHost
{
    private static readonly string[] Sections =
    [
        LabOptions.Section, BrokerOptions.Section, SimulationOptions.Section, InstrumentOptions.Section, LocationOptions.Section, TransportOptions.Section, ConsumableOptions.Section, ErrorRuleOptions.Section, SuspenderOptions.Section, ModelHostOptions.Section, ReasoningOptions.Section,
        PolicyOptions.Section, McpOptions.Section, "Logging",
    ];

    /// <exception cref="OptionsValidationException">A value is wrong; thrown by starting the host.</exception>
    /// <exception cref="LabException">A key is not known.</exception>
    /// <param name="policy">As people have it whenever it is asked for; that of the configuration where null.</param>
    public static IHost Build(IConfiguration configuration, InstrumentFamilies? families = null, Func<LabPolicy>? policy = null) => Build(configuration, families, new RealGround(), policy);

    internal static IHost Build(IConfiguration configuration, InstrumentFamilies? families, LabGround ground, Func<LabPolicy>? policy = null)
    {
        var builder = Builder(configuration, families);
        Bind<LabOptions>(builder, LabOptions.Section);
        Bind<BrokerOptions>(builder, BrokerOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<BrokerOptions>, BrokerValidation>();
        Bind<SimulationOptions>(builder, SimulationOptions.Section);
        builder.Services.AddSingleton(services => new Laboratory(() => new LabParts(
            Value<LabOptions>(services), Value<BrokerOptions>(services), Value<SimulationOptions>(services), Value<InstrumentListOptions>(services), Value<ModelHostOptions>(services), services.GetRequiredService<DrumPolicies>(),
            services.GetRequiredService<InstrumentFamilies>(), services.GetRequiredService<ILoggerFactory>(), ground) { Policy = policy ?? (() => PolicyOf(services)) }));
        builder.Services.AddHostedService(services => services.GetRequiredService<Laboratory>());
        return builder.Build();
    }

    /// <summary>Drivers of one configuration file, for a broker elsewhere; not yet started.</summary>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    /// <exception cref="LabException">A key is not known, a value is wrong, or a file that a link needs cannot be used.</exception>
    public static IHost BuildStation(IConfiguration configuration, InstrumentFamilies? families = null)
    {
        var builder = Builder(configuration, families);
        Bind<StationOptions>(builder, LabOptions.Section);
        builder.Services.AddOptions<SimulationOptions>().Configure(options => options.Speed = 1);
        Bind<SimulationOptions>(builder, SimulationOptions.Section);
        builder.Services.AddSingleton<DriverStation>();
        var link = new BrokerLinkOptions();
        Read(configuration.GetSection(BrokerOptions.Section), link);
        builder.Services.AddSingleton(link);
        return builder.Build();
    }

    /// <summary>What the configuration of a host allows, in the lab that it describes.</summary>
    /// <param name="services">Of the host, which need not be started.</param>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    public static LabPolicy PolicyOf(IServiceProvider services) => Value<PolicyOptions>(services).ToPolicy() with
    {
        Lab = ConfigurationFingerprint.Of(Value<LabOptions>(services), Value<BrokerOptions>(services), Value<InstrumentListOptions>(services), Value<ModelHostOptions>(services)),
    };

    private static T Value<T>(IServiceProvider services)
        where T : class => services.GetRequiredService<IOptions<T>>().Value;

    private static HostApplicationBuilder Builder(IConfiguration configuration, InstrumentFamilies? families)
    {
        var stranger = configuration.GetChildren().FirstOrDefault(section => !Sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase));
        if (stranger is not null)
            throw new LabException(LabFault.Configuration, $"configuration section '{stranger.Key}' is not known; there are {string.Join(", ", Sections)}");

        CheckLogging(configuration.GetSection("Logging"));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);      // what goes wrong at the start is told by whoever starts it
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        Bind<ModelHostOptions>(builder, ModelHostOptions.Section);
        Bind<ReasoningOptions>(builder, ReasoningOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<ReasoningOptions>, ReasoningValidation>();
        Bind<PolicyOptions>(builder, PolicyOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<PolicyOptions>, PolicyValidation>();
        Bind<McpOptions>(builder, McpOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<McpOptions>, McpValidation>();
        builder.Services.AddSingleton<DrumPolicies>();
        builder.Services.AddSingleton(services => (families ?? InstrumentFamilies.BuiltIn).SteeredBy(services.GetRequiredService<DrumPolicies>().Find));
        builder.Services.AddOptions<InstrumentListOptions>()
            .Configure(options => ReadInstruments(configuration, options))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<InstrumentListOptions>, InstrumentListValidation>();
        return builder;
    }

    private static void Bind<T>(HostApplicationBuilder builder, string section) where T : class =>
        builder.Services.AddOptions<T>()
            .Configure(options => Read(builder.Configuration.GetSection(section), options))
            .ValidateDataAnnotations()
            .ValidateOnStart();

    internal static void ReadInstruments(IConfiguration configuration, InstrumentListOptions options)
    {
        ReadList(configuration, InstrumentOptions.Section, options.Instruments);
        ReadList(configuration, LocationOptions.Section, options.Locations);
        ReadList(configuration, TransportOptions.Section, options.Transports);
        ReadList(configuration, ConsumableOptions.Section, options.Consumables);
        ReadList(configuration, ErrorRuleOptions.Section, options.Errors);
        ReadList(configuration, SuspenderOptions.Section, options.Suspenders);
    }

    private static void ReadList<T>(IConfiguration configuration, string name, List<T> to)
        where T : class, new()
    {
        foreach (var section in configuration.GetSection(name).GetChildren())
        {
            var one = new T();
            Read(section, one);
            to.Add(one);
        }
    }

    /// <exception cref="LabException">A key or a level is not known.</exception>
    private static void CheckLogging(IConfigurationSection logging)
    {
        if (logging.GetChildren().FirstOrDefault(section => section.Key != "LogLevel") is { } stranger)
            throw new LabException(LabFault.Configuration, $"configuration: '{stranger.Path}' is not known; 'Logging' has LogLevel");
        if (logging.GetSection("LogLevel").GetChildren().FirstOrDefault(level => !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _)) is { } wrong)
            throw new LabException(LabFault.Configuration, $"configuration: '{wrong.Path}' is '{wrong.Value}'; the levels are {string.Join(", ", Enum.GetNames<LogLevel>())}");
    }

    private static void RefuseUnknown(IConfigurationSection section, Type options)
    {
        var properties = options.GetProperties().Where(property => property.SetMethod is { IsPublic: true }).ToArray();
        var known = properties.Select(property => property.Name).ToArray();
        foreach (var property in properties.Where(property => property.PropertyType.Namespace?.StartsWith(nameof(LabAutomation), StringComparison.Ordinal) == true))
            RefuseUnknown(section.GetSection(property.Name), property.PropertyType);
        if (section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } stranger)
            throw new LabException(LabFault.Configuration, $"configuration: '{stranger.Path}' is not known; '{section.Path}' has {string.Join(", ", known)}");
    }

    /// <summary>To the framework an empty list is one that is not given; in a policy it says that nothing is allowed.</summary>
    /// <exception cref="LabException">What should be a list is a single value.</exception>
    private static void ReadLists(IConfigurationSection section, object options)
    {
        foreach (var property in options.GetType().GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            var child = section.GetSection(property.Name);
            if (property.PropertyType.Namespace?.StartsWith(nameof(LabAutomation), StringComparison.Ordinal) == true) ReadLists(child, property.GetValue(options)!);
            else if (property.PropertyType == typeof(List<string>) && section.GetChildren().Any(one => one.Key.Equals(property.Name, StringComparison.OrdinalIgnoreCase)) && !child.GetChildren().Any())
                property.SetValue(options, string.IsNullOrEmpty(child.Value) ? new List<string>() : throw new LabException(LabFault.Configuration, $"configuration: '{child.Path}' is a list, and not '{child.Value}'"));
        }
    }

    /// <exception cref="LabException">A key is not known, or a value has the wrong type.</exception>
    private static void Read(IConfigurationSection section, object options)
    {
        try
        {
            RefuseUnknown(section, options.GetType());
            section.Bind(options);
            ReadLists(section, options);
        }
        catch (InvalidOperationException error)
        {
            var message = error.Message.Replace("type 'System.Int32'", "a whole number", StringComparison.Ordinal).Replace("type 'System.Double'", "a number", StringComparison.Ordinal);
            throw new LabException(LabFault.Configuration, $"configuration: {message}", error);
        }
    }
}
