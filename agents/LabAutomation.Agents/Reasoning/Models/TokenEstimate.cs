using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Tokens where an endpoint does not tell how many there were: one for four letters, as is usual of English text. Budgets need a number that no silence makes smaller.</summary>
internal static class TokenEstimate
{
    private const int Letters = 4;

    public static int Of(int letters) => (letters + Letters - 1) / Letters;

    public static int LettersOf(ChatHistory history) => history.SelectMany(message => message.Items).Sum(item => item switch
    {
        TextContent text => text.Text?.Length ?? 0,
        FunctionCallContent call => call.FunctionName.Length + (call.Arguments ?? []).Sum(argument => argument.Key.Length + ((argument.Value as string)?.Length ?? 0)),
        FunctionResultContent result => (result.Result as string)?.Length ?? 0,
        _ => 0,
    });

    public static int LettersOf(LabTool tool) => tool.Name.Length + tool.Summary.Length + tool.Parameters.Sum(parameter => parameter.Name.Length + parameter.Summary.Length);
}
