using System.Text;

namespace LabAutomation.Simulators.Http;

/// <summary>A whole request.</summary>
/// <param name="Path">Decoded, without the query.</param>
/// <param name="Headers">By name in lower case; of one that came twice the last.</param>
internal sealed record HttpRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
