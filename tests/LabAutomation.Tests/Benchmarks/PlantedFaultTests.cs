using LabAutomation.Benchmarks.Planted;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Benchmarks;

public sealed class PlantedFaultTests
{
    public static TheoryData<string> Names => [.. PlantedFault.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_error_has_its_one_place_in_the_sources(string name)
    {
        var fault = PlantedFault.All.Single(fault => fault.Name == name);
        var right = File.ReadAllText(Repository.At(fault.File.Split('/')));

        fault.PlantedIn(right).Should().NotBe(right);
    }
}
