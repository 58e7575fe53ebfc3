using LabAutomation.Lab;

return await LabProgram.RunAsync(args, Terminal.OfProcess());
