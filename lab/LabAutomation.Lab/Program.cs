using LabAutomation.Lab;

return await LabProgram.RunAsync(args);
