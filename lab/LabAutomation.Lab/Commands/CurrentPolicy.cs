using System.Security.Cryptography;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using Microsoft.Extensions.Options;

namespace LabAutomation.Lab.Commands;

/// <summary>The policy as its configuration file has it now: it is read again when the file has changed. One that cannot be read allows nothing until it can.</summary>
internal sealed class CurrentPolicy
{
    private readonly Lock _lock = new();
    private readonly Func<Settings> _read;
    private readonly Func<LabPolicy, LabPolicy> _narrow;
    private readonly string _file;
    private string _seen;
    private LabPolicy _policy;

    /// <param name="file">Of the configuration, in full. Where it is gone, no other takes its place.</param>
    /// <param name="read">The configuration of that file anew.</param>
    /// <param name="narrow">What of it holds here.</param>
    /// <exception cref="LabException">The file cannot be read.</exception>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    public CurrentPolicy(string file, Func<Settings> read, Func<LabPolicy, LabPolicy>? narrow = null)
    {
        (_read, _file, _narrow) = (read, file, narrow ?? (policy => policy));
        _seen = Stamp();
        _policy = Of(read());
    }

    /// <summary>The same object as long as nothing has changed.</summary>
    public LabPolicy Now()
    {
        lock (_lock)
        {
            if (Stamp() is var stamp && stamp == _seen) return _policy;
            _seen = stamp;
            try
            {
                return _policy = Of(_read());
            }
            catch (Exception error) when (error is LabException or OptionsValidationException or IOException or UnauthorizedAccessException)
            {
                return _policy = _policy with { Problem = error.Message };
            }
        }
    }

    private LabPolicy Of(Settings settings) => _narrow(settings.Options<PolicyOptions>().ToPolicy());

    /// <summary>By what it holds: times and lengths of a link say nothing of the file behind it.</summary>
    private string Stamp()
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_file)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.GetType().Name;
        }
    }
}
