using System.Collections.Immutable;
using System.Reflection;

namespace LabAutomation.Hosting;

/// <summary>What this program is made of, for <c>lab --version</c> and every report.</summary>
public static class Software
{
    /// <summary>By name: LabAutomation, the package feed, the runtime, and every library whose role a stand-in may have.</summary>
    public static ImmutableSortedDictionary<string, string> Versions { get; } = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string>
    {
        ["LabAutomation"] = Version(typeof(Software).Assembly),
        ["package feed"] = PackageFeed,
        [".NET"] = Environment.Version.ToString(),
        ["Akka"] = Named(typeof(Akka.Actor.ActorSystem).Assembly),
        ["MQTTnet"] = Named(typeof(MQTTnet.MqttClientFactory).Assembly),
        ["ONNX Runtime"] = Named(Assembly.Load("Microsoft.ML.OnnxRuntime")),
        ["Stateless"] = Named(typeof(Instruments.DriverHost).Assembly.GetReferencedAssemblies().Where(name => name.Name!.Contains("Stateless", StringComparison.Ordinal)).Select(Assembly.Load).First()),
    });

    /// <summary><c>sealed</c> or <c>nuget</c>.</summary>
    public static string PackageFeed => typeof(Software).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "PackageFeed").Value!;

    private static string Named(Assembly assembly) => $"{assembly.GetName().Name} {Version(assembly)}";

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version!.ToString();
}
