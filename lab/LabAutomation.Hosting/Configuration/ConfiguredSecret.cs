using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>A secret that stands in a file of its own or in an environment variable, and never in the configuration itself.</summary>
public static class ConfiguredSecret
{
    /// <param name="file">The key that names a file, and what it names.</param>
    /// <param name="variable">The key that names a variable, and what it names.</param>
    /// <param name="what">The secret, in words.</param>
    /// <returns>Null where neither is given.</returns>
    /// <exception cref="LabException">The file cannot be used, or the variable is not set.</exception>
    public static string? Read((string Key, string? Path) file, (string Key, string? Name) variable, string what)
    {
        try
        {
            if (file.Path is { } path) return SecretFile.ReadPassword(file.Key, path);
        }
        catch (BrokerLinkException error)
        {
            throw new LabException(LabFault.Configuration, error.Message, error);
        }

        if (variable.Name is not { } name) return null;
        return Environment.GetEnvironmentVariable(name) is { } secret && !string.IsNullOrWhiteSpace(secret)
            ? secret.Trim()
            : throw new LabException(LabFault.Configuration, $"the environment variable '{name}' ({variable.Key}) is not set; it holds {what}");
    }
}
