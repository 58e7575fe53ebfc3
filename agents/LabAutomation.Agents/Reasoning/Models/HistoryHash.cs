using System.Security.Cryptography;
using System.Text;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Whether two conversations are the same to the letter.</summary>
internal static class HistoryHash
{
    /// <summary>SHA-256 over speakers, texts, calls and results, each with its length; lower-case hexadecimal.</summary>
    public static string Of(ChatHistory history)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in history)
        {
            Put(hash, message.Role.Label);
            foreach (var item in message.Items)
            {
                switch (item)
                {
                    case TextContent text: Put(hash, text.Text ?? ""); break;
                    case FunctionCallContent call:
                        Put(hash, call.Id ?? "");
                        Put(hash, call.FunctionName);
                        foreach (var (name, value) in (call.Arguments ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal))
                        {
                            Put(hash, name);
                            Put(hash, value as string ?? "");
                        }

                        break;
                    case FunctionResultContent result:
                        Put(hash, result.CallId ?? "");
                        Put(hash, result.Result as string ?? "");
                        break;
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Put(IncrementalHash hash, string field)
    {
        var bytes = Encoding.UTF8.GetBytes(field);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
