using LabAutomation.Lab.Conforming;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>Every family that comes with the lab passes the whole kit in process. A class each, so that they run side by side.</summary>
public abstract class FamilyConformanceTests(string family)
{
    public string Family => family;

    [Fact]
    public async Task It_passes_every_assertion_that_applies()
    {
        var verdicts = await FamilyCheck.PassesAsync(family, ConformingFamilies.Setup(family), []);

        verdicts.Should().HaveCount(52);
    }
}

/// <summary>A family that was added has to have its class here.</summary>
public sealed class EveryFamilyConformanceTests
{
    [Fact]
    public void Every_family_that_comes_with_the_lab_is_checked() =>
        typeof(FamilyConformanceTests).Assembly.GetTypes().Where(type => type.BaseType == typeof(FamilyConformanceTests))
            .Select(type => ((FamilyConformanceTests)Activator.CreateInstance(type)!).Family).Should().BeEquivalentTo(ConformingFamilies.Names);
}

public sealed class NewEraPumpConformanceTests() : FamilyConformanceTests("new-era-ne1000");

public sealed class IkaStirrerConformanceTests() : FamilyConformanceTests("ika-namur");

public sealed class SpectrometerConformanceTests() : FamilyConformanceTests("scpi-spectrometer");

public sealed class MettlerBalanceConformanceTests() : FamilyConformanceTests("mettler-mtsics");

public sealed class ModbusThermostatConformanceTests() : FamilyConformanceTests("modbus-thermostat");

public sealed class MicroreactorConformanceTests() : FamilyConformanceTests("microreactor");

public sealed class SourceMeterConformanceTests() : FamilyConformanceTests("scpi-smu");

public sealed class OpentronsRobotConformanceTests() : FamilyConformanceTests("opentrons-http");

public sealed class HttpBeamlineConformanceTests() : FamilyConformanceTests("http-beamline");

public sealed class HttpImagerConformanceTests() : FamilyConformanceTests("http-imager");

public sealed class PreciseFlexArmConformanceTests() : FamilyConformanceTests("preciseflex-tcs");

public sealed class EurothermFurnaceConformanceTests() : FamilyConformanceTests("eurotherm-furnace");

public sealed class QuantosDoserConformanceTests() : FamilyConformanceTests("quantos-mtsics");

public sealed class DiffractometerConformanceTests() : FamilyConformanceTests("scpi-diffractometer");
