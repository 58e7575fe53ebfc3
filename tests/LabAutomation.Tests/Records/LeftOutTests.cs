using System.Reflection;
using System.Text.Json.Serialization;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Records;

/// <summary>What is left out where it is null must not be missed when it is read again.</summary>
public sealed class LeftOutTests
{
    [Fact]
    public void A_breaker_that_closes_is_read_as_it_was_written()
    {
        var closed = new BreakerChanged("oven", BreakerPhase.Closed, "the probe has succeeded", null);

        LabEvents.Read("breaker-changed/1", LabEvents.Write(closed)).Should().Be(closed);
    }

    [Fact]
    public void Whatever_is_left_out_of_an_entry_or_frame_has_a_default()
    {
        Assembly[] assemblies = [typeof(LabEvent).Assembly, typeof(FrameCodec).Assembly];
        var left = assemblies.SelectMany(assembly => assembly.GetTypes()).SelectMany(type => type.GetProperties().Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition is JsonIgnoreCondition.WhenWritingNull or JsonIgnoreCondition.WhenWritingDefault)).ToArray();

        left.Should().HaveCountGreaterThan(30);
        left.Where(property => property.DeclaringType!.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Any(parameter => parameter.Name == property.Name && !parameter.HasDefaultValue))
            .Select(property => $"{property.DeclaringType!.Name}.{property.Name}").Should().BeEmpty();
    }
}
