using System.ComponentModel.DataAnnotations;
using LabAutomation.Instruments;
using LabAutomation.Simulators.Bench;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>What data annotations cannot say of a list: names are unique, families are known, connections can be understood.</summary>
internal sealed class InstrumentListValidation(IOptions<SimulationOptions> simulation) : IValidateOptions<InstrumentListOptions>
{
    public ValidateOptionsResult Validate(string? name, InstrumentListOptions options)
    {
        var failures = new List<string>();
        for (var k = 0; k < options.Instruments.Count; k++)
        {
            var instrument = options.Instruments[k];
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(instrument, new ValidationContext(instrument), results, validateAllProperties: true);
            failures.AddRange(results.Select(result => $"Instruments:{k}: {result.ErrorMessage}"));
            if (!DriverFamilies.BuiltIn.Names.Contains(instrument.Family))
                failures.Add($"Instruments:{k}: Family '{instrument.Family}' is not known; there are {string.Join(", ", DriverFamilies.BuiltIn.Names)}");
            if (instrument.Connection == InstrumentOptions.Simulated && !ColourBench.DeviceNames.Contains(instrument.Name))
                failures.Add($"Instruments:{k}: the simulated bench has no '{instrument.Name}'; it has {string.Join(", ", ColourBench.DeviceNames)}");
        }

        failures.AddRange(options.Instruments.GroupBy(instrument => instrument.Name).Where(group => group.Count() > 1).Select(group => $"Instruments: the name '{group.Key}' is given {group.Count()} times"));
        if (simulation.Value.Speed > 1 && !options.AllSimulated)
            failures.Add("Simulation:Speed must be 1 where an instrument is real: a device does not run faster than the clock");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
