using System.ClientModel;
using System.Text.Json;
using Microsoft.SemanticKernel;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What went wrong with an endpoint, in words for a person.</summary>
internal static class ModelFault
{
    private const int Most = 300;

    /// <summary>Secrets are taken out before the text is cut: half of one is still half a secret.</summary>
    public static string Words(Exception error, string role, ModelChoice choice, Secrets secrets)
    {
        string Short(string text)
        {
            var line = secrets.Without(text).ReplaceLineEndings(" ").Trim();
            return line.Length <= Most ? line : line[..Most] + "…";
        }

        return error switch
        {
            ReasoningException known => Short(known.Message),
            OperationCanceledException => $"the {role} was stopped while its model answered",
            ClientResultException { Status: 401 or 403 } refused => $"the endpoint of the {role}'s model, {choice.Place}, turns the lab away ({refused.Status}); see Reasoning:KeyFile and Reasoning:KeyVariable",
            ClientResultException { Status: 404 } => $"the endpoint {choice.Place} has no model '{choice.Model}', or is none ({404}); see Reasoning:Endpoint and Reasoning:Model",
            ClientResultException { Status: 429 } => $"the endpoint of the {role}'s model, {choice.Place}, is busy and stays so (429)",
            ClientResultException { Status: > 0 } other => $"the endpoint of the {role}'s model, {choice.Place}, answered with {other.Status}: {Short(other.Message)}",
            ClientResultException or HttpRequestException or HttpOperationException => $"the endpoint of the {role}'s model, {choice.Place}, cannot be reached: {Short(error.Message)}",
            IOException => $"the connection to the {role}'s model at {choice.Place} broke: {Short(error.Message)}",
            JsonException or FormatException or InvalidOperationException or KeyNotFoundException => $"the endpoint of the {role}'s model, {choice.Place}, answered what is no chat completion: {Short(error.Message)}",
            _ => $"the model of the {role} failed: {Short(error.Message)}",
        };
    }
}
