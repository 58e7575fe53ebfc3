using System.Text.Json;
using System.Text.Json.Serialization;
using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>The files of the safety programs: what is unknown, missing or of the wrong type is an error, since nobody may believe in a rule that is not there.</summary>
internal static class StrictJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <exception cref="InterlockException">It is not such JSON.</exception>
    public static T Read<T>(ReadOnlySpan<byte> bytes)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Options) ?? throw new InterlockException("it is null");
        }
        catch (JsonException error)
        {
            throw new InterlockException(JsonFault.Of(error, typeof(T)), error);
        }
    }

    /// <summary>The same link with its files found from a folder.</summary>
    public static BrokerLinkOptions From(this BrokerLinkOptions link, string folder)
    {
        return link with
        {
            PasswordFile = Found(link.PasswordFile),
            Tls = link.Tls with { CaFile = Found(link.Tls.CaFile), CertificateFile = Found(link.Tls.CertificateFile), KeyFile = Found(link.Tls.KeyFile) },
        };

        string? Found(string? path) => path is null ? null : Path.Combine(folder, path);
    }
}
