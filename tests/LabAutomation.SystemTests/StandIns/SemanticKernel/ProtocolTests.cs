using System.Net;
using System.Text.Json.Nodes;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

/// <summary>The endpoint of these tests refuses what a strict one would.</summary>
public sealed class ProtocolTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "'model' is missing")]
    [InlineData("""{"model":"m","messages":[]}""", "'messages' is missing or empty")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"temprature":1}""", "unknown member 'temprature'")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"tool_choice":"auto"}""", "'tool_choice' without 'tools'")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"stream_options":{}}""", "'stream_options' without 'stream'")]
    [InlineData("""{"model":"m","messages":[{"role":"narrator","content":"a"}]}""", "'narrator' is no role")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", "a message of role 'user' has no content")]
    [InlineData("""{"model":"m","messages":[{"role":"tool","tool_call_id":"1","content":"a"}]}""", "nobody asked for the call '1'")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"a b"}}]}""", "'a b' is no name of a function")]
    public void A_request_out_of_order_is_complained_about(string request, string complaint)
    {
        Protocol.Complaints(JsonNode.Parse(request)!.AsObject()).Should().ContainSingle().Which.Should().Be(complaint);
    }

    [Fact]
    public async Task A_call_without_its_result_is_refused()
    {
        await using var endpoint = new Endpoint(Reply.Says("Never said."));
        var history = Asking.Question();
        history.Add(new ChatMessageContent(AuthorRole.Assistant, [new FunctionCallContent("Prime", "Lab", "call_1")]));
        history.AddUserMessage("And?");

        var act = () => endpoint.Kernel().AskAsync(history);

        var thrown = (await act.Should().ThrowAsync<HttpOperationException>()).Which;
        thrown.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        thrown.ResponseContent.Should().Contain("call_1");
    }
}
