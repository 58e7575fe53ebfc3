using System.ComponentModel.DataAnnotations;
using LabAutomation.Agents.Reasoning;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>A policy that says something else than its author meant is refused when the program starts.</summary>
internal sealed class PolicyValidation(IOptions<InstrumentListOptions> instruments, IOptions<ReasoningOptions> reasoning) : IValidateOptions<PolicyOptions>
{
    public ValidateOptionsResult Validate(string? name, PolicyOptions options)
    {
        var failures = new List<string>();
        foreach (var (role, rules) in ReasoningRole.Judged.Zip(options.Roles))
        {
            var section = $"{PolicyOptions.Section}:{char.ToUpperInvariant(role.Name[0])}{role.Name[1..]}";
            failures.AddRange(Annotated(rules).Select(failure => $"{section}: {failure}"));
            failures.AddRange((rules.Tools ?? []).Where(tool => !LabTools.Names.Contains(tool)).Select(tool => $"{section}:Tools: there is no tool '{tool}'; there are {string.Join(", ", LabTools.Names)}"));
            failures.AddRange(OfStock($"{section}:Stock", rules.Stock));
            if (rules.Money is not null && Unpriced(role.Name) is { } key) failures.Add($"{section}:Money is a budget in money, and what the model of the {role.Name} costs is not configured: give {key}, 0 where it costs nothing");
        }

        failures.AddRange(Annotated(options.Envelope));
        failures.AddRange(Annotated(options.Approval));
        failures.AddRange(OfStock("Policy:Envelope:Stock", options.Envelope.Stock));
        if (options.Queue.Operators is { } operators && operators.Any(string.IsNullOrWhiteSpace)) failures.Add("Policy:Queue:Operators are names, and one of them is empty");
        if (options.Approval.Approvers is { } names && names.Any(string.IsNullOrWhiteSpace)) failures.Add("Policy:Approval:Approvers are names, and one of them is empty");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Which price of a role's model nobody gave: without it whatever the model does costs nothing. Null where it has none or no model.</summary>
    private string? Unpriced(string role)
    {
        try
        {
            if (!reasoning.Value.Roles.ContainsKey(role) || reasoning.Value.For(role) is not { Endpoint: not null } model) return null;
            return model.InputPrice is null ? "Reasoning:InputPrice" : model.OutputPrice is null ? "Reasoning:OutputPrice" : null;
        }
        catch (OptionsValidationException)
        {
            return null;        // the section says itself what is wrong with it
        }
    }

    private IEnumerable<string> OfStock(string key, Dictionary<string, double>? stock)
    {
        var known = Known();
        foreach (var (name, most) in stock ?? [])
        {
            if (!(most is >= 0 and <= 1e9)) yield return $"{key}:{name} is 0 to 1000000000";
            if (known.Length > 0 && !known.Contains(name)) yield return $"{key}: there is no consumable or instrument '{name}'; there are {string.Join(", ", known)}";
        }
    }

    /// <summary>The lab's consumables, and what campaign files may call its instruments: a limit on one that there is not would limit nothing.</summary>
    private string[] Known()
    {
        try
        {
            return [.. instruments.Value.Consumables.Select(consumable => consumable.Name), .. instruments.Value.Instruments.Select(instrument => instrument.Plays).Distinct()];
        }
        catch (OptionsValidationException)
        {
            return [];      // the list says itself what is wrong with it
        }
    }

    private static IEnumerable<string> Annotated(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => result.ErrorMessage!);
    }
}
