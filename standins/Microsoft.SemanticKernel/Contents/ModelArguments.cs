using System.Text.Json;

namespace Microsoft.SemanticKernel;

/// <summary>The arguments a model wrote, which need not be JSON.</summary>
internal static class ModelArguments
{
    /// <param name="json">What the model wrote.</param>
    /// <param name="keepTypes">False turns every argument into text, which functions convert as they need.</param>
    public static (KernelArguments? Arguments, KernelException? Failure) Parse(string json, bool keepTypes)
    {
        try
        {
            var arguments = JsonSerializer.Deserialize<KernelArguments>(json);
            if (arguments is null || keepTypes) return (arguments, null);
            foreach (var name in arguments.Names.ToArray()) arguments[name] = arguments[name]?.ToString();
            return (arguments, null);
        }
        catch (JsonException failure)
        {
            return (null, new KernelException("Error: The arguments of the call are not a JSON object.", failure));
        }
    }
}
