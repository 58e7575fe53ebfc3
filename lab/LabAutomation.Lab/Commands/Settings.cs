using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.DependencyInjection;

namespace LabAutomation.Lab.Commands;

/// <summary>The configuration of one invocation: file, then environment (<c>LAB_Simulation__Speed</c>), then command line.</summary>
internal sealed record Settings(IConfigurationRoot Configuration, InstrumentFamilies Families)
{
    /// <summary>The file, in full; empty where there is none.</summary>
    public string File { get; init; } = "";

    /// <summary>The same of the file as it is by then; null where there is no file.</summary>
    public Func<Settings>? Again { get; init; }

    /// <summary>Where the record lies.</summary>
    public string DataDirectory => Options<LabOptions>().DataDirectory;

    /// <summary>Where the instruments of the lab stand, and what is used up in it.</summary>
    public LabStations Stations
    {
        get
        {
            using var host = BuildHost();
            return host.Services.GetRequiredService<IOptions<InstrumentListOptions>>().Value.Stations;
        }
    }

    /// <summary>Which models there are and where they run.</summary>
    public ModelHostOptions Models => Options<ModelHostOptions>();

    /// <summary>What people allow, in this lab.</summary>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    public LabPolicy Policy
    {
        get
        {
            using var host = BuildHost();
            return LabHost.PolicyOf(host.Services);
        }
    }

    /// <summary>One section, validated.</summary>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    public T Options<T>() where T : class
    {
        using var host = BuildHost();
        return host.Services.GetRequiredService<IOptions<T>>().Value;
    }

    /// <exception cref="LabException">The file is missing or is not JSON, or an override is not KEY=VALUE.</exception>
    public static Settings Of(ParseResult parsed) => Of(parsed, FileOf(parsed));

    /// <summary>The file that the command names, as <c>lab drive FILE</c> or with <c>--config</c>, else the one of the current folder, else the one beside the program; in full, whether or not it is there.</summary>
    public static string FileOf(ParseResult parsed) =>
        Path.GetFullPath(Named(parsed) ?? (System.IO.File.Exists("appsettings.json") ? "appsettings.json" : Path.Combine(AppContext.BaseDirectory, "appsettings.json")));

    private static string? Named(ParseResult parsed) =>
        parsed.CommandResult.Command.Arguments.OfType<Argument<string>>().FirstOrDefault(argument => argument.Name == "configuration") is { } argument ? parsed.GetValue(argument) : parsed.GetValue(CommonOptions.Config);

    /// <summary>The same of a file that the command names.</summary>
    /// <exception cref="LabException">The file is missing or is not JSON, or an override is not KEY=VALUE.</exception>
    public static Settings Of(ParseResult parsed, string file)
    {
        var path = Path.GetFullPath(file);
        if (!System.IO.File.Exists(path)) throw new LabException(LabFault.Configuration, $"there is no configuration file '{path}'");
        var overrides = (parsed.GetValue(CommonOptions.Set) ?? []).Select(Split).ToList();
        if (parsed.GetValue(CommonOptions.Data) is { } data) overrides.Add(new KeyValuePair<string, string?>("Lab:DataDirectory", data));
        try
        {
            return new Settings(new ConfigurationBuilder()
                .AddJsonFile(path)
                .AddEnvironmentVariables("LAB_")
                .AddInMemoryCollection(overrides.GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).Select(group => group.Last()))
                .Build(), LabCommand.Of(parsed).Families) { File = path, Again = () => Of(parsed, path) };
        }
        catch (InvalidDataException error)
        {
            var why = error.InnerException is { InnerException: JsonException json } ? JsonFault.Of(json) : error.InnerException?.Message ?? error.Message;
            throw new LabException(LabFault.Configuration, $"'{path}' cannot be read: {why}", error);
        }
    }

    /// <summary>Demands that all of it can be meant, not only the sections that are asked for first.</summary>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    /// <exception cref="LabException">A key is not known.</exception>
    public void Require()
    {
        using var host = BuildHost();
        host.Services.GetRequiredService<IStartupValidator>().Validate();
    }

    /// <summary>Whether no device that is real, or elsewhere, would be asked for anything.</summary>
    public bool AllSimulated => Options<InstrumentListOptions>().Instruments.All(instrument => instrument.Connection == InstrumentOptions.Simulated);

    /// <summary>The lab of this configuration, not yet started.</summary>
    public IHost BuildHost() => LabHost.Build(Configuration, Families, PolicyOfThen());

    /// <summary>The drivers of this configuration alone, for a lab elsewhere; not yet started.</summary>
    public IHost BuildStation() => LabHost.BuildStation(Configuration, Families);

    /// <summary>The policy as the file has it whenever it is asked for.</summary>
    private Func<LabPolicy>? PolicyOfThen()
    {
        if (Again is null) return null;
        var current = new Lazy<CurrentPolicy>(() => new CurrentPolicy(new CurrentSettings(File, Again)), LazyThreadSafetyMode.PublicationOnly);
        return () =>
        {
            try
            {
                return current.Value.Now();
            }
            catch (Exception error) when (error is LabException or OptionsValidationException)
            {
                return new PolicyOptions().ToPolicy() with { Problem = error.Message };
            }
        };
    }

    private static KeyValuePair<string, string?> Split(string text) => text.Split('=', 2) is [var key, var value] && key.Length > 0
        ? new KeyValuePair<string, string?>(key.Trim(), value.Trim())
        : throw new LabException(LabFault.Configuration, $"--set wants KEY=VALUE, such as Simulation:Speed=120, not '{text}'");
}
