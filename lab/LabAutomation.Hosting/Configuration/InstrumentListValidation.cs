using System.ComponentModel.DataAnnotations;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Synthesis;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>What data annotations cannot say of a list: names are unique, families are known, connections can be understood.</summary>
internal sealed class InstrumentListValidation(IOptions<SimulationOptions> simulation, InstrumentFamilies families) : IValidateOptions<InstrumentListOptions>
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
            if (SetUp(instrument) is { } wrong) failures.Add($"Instruments:{k}: {wrong}");
            if (instrument.Name == Topics.Desk) failures.Add($"Instruments:{k}: no instrument is called '{Topics.Desk}': persons reach the agents under that name");
            if (instrument.IsRemote)
            {
                if (instrument.Settings.Count > 0 || instrument.Limits.Count > 0 || instrument.Calibrations.Count > 0 || instrument.RequiresInterlock)
                    failures.Add($"Instruments:{k}: a remote instrument has its Settings, Limits, Calibrations and RequiresInterlock where its driver runs, in the file of 'lab drive'");
                continue;
            }

            if (!families.Drivers.Names.Contains(instrument.Family))
                failures.Add($"Instruments:{k}: Family '{instrument.Family}' is not known; there are {string.Join(", ", families.Drivers.Names)}");
            if ((instrument.IsSimulatedAlone || instrument.IsInRoom) && Alone(instrument) is { } failure) failures.Add($"Instruments:{k}: {failure}");
        }

        failures.AddRange(options.Instruments.GroupBy(instrument => instrument.Name).Where(group => group.Count() > 1).Select(group => $"Instruments: the name '{group.Key}' is given {group.Count()} times"));
        failures.AddRange(options.Instruments.Where(instrument => instrument.Station is not null).GroupBy(instrument => (instrument.Plays, instrument.Station)).Where(group => group.Count() > 1).Select(group =>
            $"Instruments: {string.Join(" and ", group.Select(instrument => $"'{instrument.Name}'"))} both play the role '{group.Key.Plays}' at station '{group.Key.Station}'; a trial could not tell which one it is to use"));
        failures.AddRange(InstrumentLines.Of(options));
        failures.AddRange(LocationValidation.Of(options));
        failures.AddRange(ConsumableValidation.Of(options));
        failures.AddRange(ErrorRuleValidation.Of(options.Errors));
        failures.AddRange(SuspenderValidation.Of(options));
        failures.AddRange(options.Instruments.Where(instrument => instrument.Role is null && instrument.Station is not null && options.Instruments.Any(other => other.Station is not null && other.Station != instrument.Station)).Take(1).Select(instrument =>
            $"Instruments: '{instrument.Name}' stands at station '{instrument.Station}' without a Role; its name alone is not found at the others, so say which Role it plays"));
        if (FurnaceRoom.Overlap(options.InRoom.Select(instrument => (instrument.Name, instrument.Family, (IReadOnlyDictionary<string, string>)instrument.Settings))) is { } overlap)
            failures.Add($"Instruments: '{overlap.First}' and '{overlap.Second}' both have position {overlap.Position} in the furnace room; a crucible there could not be in both");
        if (simulation.Value.Speed > 1 && !options.AllSimulated)
            failures.Add("Simulation:Speed must be 1 where an instrument is real: a device does not run faster than the clock");
        if (simulation.Value is { Speed: > 1, From: null } && options.AnyRemote)
            failures.Add("Simulation:Speed must be 1 where an instrument is remote, unless Simulation:From gives every program the same lab time");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string? SetUp(InstrumentOptions instrument)
    {
        if (instrument.SetUpPoints() is null) return $"SetUpBy '{string.Join(", ", instrument.SetUpBy)}' is no list of COMMAND.ARGUMENT, such as 'acquire.wavelength'";
        if (instrument is { SetUp: > 0, Batch: true }) return "SetUp is about one sample after the other, and it is a Batch; what a batch takes is learnt by what it is told";
        if (instrument is { SetUp: > 0, SetUpBy.Count: 0 }) return "SetUp says how long it takes to be set otherwise; SetUpBy names the arguments that say how it is set, such as 'acquire.wavelength'";
        return instrument is { SetUp: 0, SetUpBy.Count: > 0 } ? "SetUpBy names what says how it is set; SetUp says how many seconds it takes to be set otherwise" : null;
    }

    private string? Alone(InstrumentOptions instrument)
    {
        if (!families.Devices.Names.Contains(instrument.Family))
        {
            return $"the simulated bench has no '{instrument.Plays}', it has {string.Join(", ", ColourBench.DeviceNames)}; "
                + $"and family '{instrument.Family}' has no simulated device that stands alone, {string.Join(", ", families.Devices.Names)} have one";
        }

        // Its state lies in a folder of this name beside the files of the bench.
        return instrument.Name.StartsWith('.') || instrument.Name.EndsWith('.') || instrument.Name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)
            ? $"a simulated instrument cannot be called '{instrument.Name}': its state lies in a folder of its name; use a name without a dot at its ends or '.jsonl'"
            : null;
    }
}
