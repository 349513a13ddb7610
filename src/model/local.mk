# src/model: model servers behind one interface
