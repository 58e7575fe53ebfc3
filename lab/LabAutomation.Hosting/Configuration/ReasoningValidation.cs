using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace LabAutomation.Hosting;

/// <summary>Endpoints are addresses without secrets in them, and no key goes over a network in clear text.</summary>
internal sealed class ReasoningValidation : IValidateOptions<ReasoningOptions>
{
    public ValidateOptionsResult Validate(string? name, ReasoningOptions options)
    {
        var failures = Of(ReasoningOptions.Section, options, options.KeyFile is not null || options.KeyVariable is not null)
            .Concat(options.Roles.SelectMany(role => OfRole(options, role.Key, role.Value))).ToArray();
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> OfRole(ReasoningOptions options, string role, RoleModelOptions own)
    {
        var section = $"{ReasoningOptions.Section}:{char.ToUpperInvariant(role[0])}{role[1..]}";
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(own, new ValidationContext(own), results, validateAllProperties: true);
        var effective = options.For(role);
        return results.Select(result => $"{section}: {result.ErrorMessage}").Concat(Of(section, own, effective.KeyFile is not null || effective.KeyVariable is not null));
    }

    private static IEnumerable<string> Of(string section, RoleModelOptions options, bool hasKey)
    {
        if (options is { KeyFile: not null, KeyVariable: not null }) yield return $"{section}:KeyFile and {section}:KeyVariable are two places for one key; give one of them";
        if (options.Endpoint is not { } text) yield break;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            yield return $"{section}:Endpoint is an address such as http://127.0.0.1:11434/v1 or https://api.openai.com/v1";
            yield break;
        }

        if (endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0)
            yield return $"{section}:Endpoint has a name, a password or a query in it; a key stands in {section}:KeyFile or in the variable that {section}:KeyVariable names";
        if (endpoint.Scheme == "http" && !endpoint.IsLoopback && hasKey)
            yield return $"{section}:Endpoint '{endpoint.Scheme}://{endpoint.Authority}' would get the key in clear text over the network; use https, or an endpoint on this machine";
    }
}
