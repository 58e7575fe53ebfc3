using System.Text.RegularExpressions;
using Akka.Actor;
using LabAutomation.Hosting;
using MQTTnet;
using MQTTnet.Server;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using Stateless;

namespace LabAutomation.Tests.House.Surfaces;

/// <summary>
/// Nothing grows unnoticed: the public surface of a stand-in is the checked-in list. Nothing is invented: on the official packages every line of
/// that list is there too.
/// </summary>
public sealed partial class StandInSurfaceTests
{
    public static TheoryData<string, Type> StandIns => new()
    {
        { "Akka", typeof(ActorSystem) },
        { "MQTTnet", typeof(MqttClientFactory) },
        { "MQTTnet.Server", typeof(MqttServer) },
        { "Stateless", typeof(StateMachine<,>) },
        { "Microsoft.SemanticKernel", typeof(KernelFunctionFactory) },
    };

    /// <summary>The official package may be several assemblies where the stand-in is one.</summary>
    private static IEnumerable<Type> TypesBeside(Type anchor) => anchor == typeof(KernelFunctionFactory)
        ? new[] { anchor, typeof(Kernel), typeof(OpenAIPromptExecutionSettings), typeof(AIFunctionArguments) }.Select(type => type.Assembly).Distinct().SelectMany(assembly => assembly.GetTypes())
        : anchor.Assembly.GetTypes();

    private static bool OnOfficialPackages => Software.PackageFeed == "nuget";

    [Theory]
    [MemberData(nameof(StandIns))]
    public void The_public_surface_is_the_checked_in_list(string name, Type anchor)
    {
        var list = Path.Combine(Repository.Root, "standins", name, "surface.txt");
        var listed = File.ReadAllLines(list).ToHashSet(StringComparer.Ordinal);
        listed.Should().NotBeEmpty();
        var present = Surface.Of(OnOfficialPackages ? TypesBeside(anchor) : anchor.Assembly.GetTypes());
        if (OnOfficialPackages)
        {
            var offered = present.SelectMany(Less).ToHashSet(StringComparer.Ordinal);
            listed.Except(offered).Should().BeEmpty($"each line of {list} is a promise that the official package keeps");
            return;
        }

        var found = Path.Combine(Path.GetTempPath(), $"{name}.surface.txt");
        if (!present.SetEquals(listed)) File.WriteAllLines(found, present);
        present.Except(listed).Should().BeEmpty($"what is new in {name} is added to {list} on purpose (the whole list as it is now: {found})");
        listed.Except(present).Should().BeEmpty($"what {name} has lost is taken from {list} on purpose (the whole list as it is now: {found})");
    }

    /// <summary>A member, and what a subset may leave away of it: that it can be overridden, and its setter.</summary>
    private static IEnumerable<string> Less(string line)
    {
        var plain = line.Replace(" virtual", "", StringComparison.Ordinal);
        return [line, plain, Setter().Replace(line, ""), Setter().Replace(plain, "")];
    }

    [GeneratedRegex(" (protected )?(set|init);")]
    private static partial Regex Setter();
}
